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

// How good the answer was, from 0 to 1; the monitoring shows it as Reward.
export function FeedbackForm({ path, headers, request, response }: FeedbackFormProps) {
  const { t } = useTranslation();
  const [reward, setReward] = useState('1');
  const send = async () => {
    try {
      const answer = await fetch(path.replace(/predictions$/, 'feedback'), {
        method: 'POST',
        headers,
        body: feedbackOf(request, response, Number(reward)),
      });
      if (!answer.ok) throw new Error(await answer.text());
      toasts.good(t('playground.feedbackSent'));
    } catch (error) {
      toasts.failure(error);
    }
  };
  return (
    <div className="row row-bottom">
      <Field id="reward" label={t('playground.reward')}>
        <Input id="reward" type="number" min={0} max={1} step={0.1} value={reward} onChange={(event) => setReward(event.target.value)} />
      </Field>
      <Button onClick={() => void send()}>{t('playground.feedback')}</Button>
    </div>
  );
}
