import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem';
import { Field } from '../ui/Field';
import { useSession } from './session';

const SHORTEST = 8;

export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const { changePassword } = useSession();
  const [before, setBefore] = useState('');
  const [after, setAfter] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const isShort = after !== '' && after.length < SHORTEST;
  const differs = again !== '' && again !== after;

  const submit = async () => {
    if (after.length < SHORTEST || after !== again) return;
    setBusy(true);
    setProblem('');
    try {
      await changePassword(before, after);
      setBefore('');
      setAfter('');
      setAgain('');
      onDone?.();
    } catch (error) {
      const errors = error instanceof ProblemError ? error.problem.errors : undefined;
      const isOld = errors?.some((one) => one.path === 'old_password');
      setProblem(isOld ? t('password.wrong') : error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {problem && <Alert type="error" title={problem} showIcon role="alert" />}
      <Field id="old-password" label={t('password.before')}>
        <Input.Password id="old-password" autoComplete="current-password" required value={before} onChange={(event) => setBefore(event.target.value)} />
      </Field>
      <Field id="new-password" label={t('password.after')} error={isShort ? t('password.short', { count: SHORTEST }) : ''}>
        <Input.Password id="new-password" autoComplete="new-password" required value={after} onChange={(event) => setAfter(event.target.value)} />
      </Field>
      <Field id="new-password-again" label={t('password.again')} error={differs ? t('password.differs') : ''}>
        <Input.Password id="new-password-again" autoComplete="new-password" required value={again} onChange={(event) => setAgain(event.target.value)} />
      </Field>
      <div>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('password.button')}
        </Button>
      </div>
    </form>
  );
}
