import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { feedbackOf } from '../../lib/playground';
import { Field } from '../../ui/Field';
import { toasts } from '../../ui/toasts';

interface FeedbackFormProps {
  path: string;
  headers: Record<string, string>;
  request: string;
  response: string;
}

// How good the answer was, from 0 to 1, and what would have been right; the monitoring shows the former as Reward.
export function FeedbackForm({ path, headers, request, response }: FeedbackFormProps) {
  const { t } = useTranslation();
  const [reward, setReward] = useState('1');
  const [truth, setTruth] = useState('');
  const send = async () => {
    try {
      const answer = await fetch(path.replace(/predictions$/, 'feedback'), {
        method: 'POST',
        headers,
        body: feedbackOf(request, response, Number(reward), truth),
      });
      if (!answer.ok) throw new Error(await answer.text());
      toasts.good(t('playground.feedbackSent'));
    } catch (error) {
      toasts.failure(error);
    }
  };
  return (
    <form
      className="stack-small"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="feedback">
        <Field id="reward" label={t('playground.reward')}>
          <Input id="reward" type="number" min={0} max={1} step={0.1} value={reward} onChange={(event) => setReward(event.target.value)} />
        </Field>
        <Field id="truth" label={t('playground.truth')} hint={t('playground.truthHint')}>
          <Input id="truth" className="mono" spellCheck={false} autoComplete="off" value={truth} onChange={(event) => setTruth(event.target.value)} />
        </Field>
      </div>
      <div>
        <Button htmlType="submit">{t('playground.feedback')}</Button>
      </div>
    </form>
  );
}
