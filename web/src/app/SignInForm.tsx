import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { session as calls } from '../api/people';
import { hasCode, isAway } from '../api/problem';
import { Field } from '../ui/Field';
import { expectSession, useSession } from './session';

export function SignInForm({ user: given = '' }: { user?: string }) {
  const { t } = useTranslation();
  const { signIn } = useSession();
  const [user, setUser] = useState(given);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const providers = useQuery({ queryKey: ['providers'], queryFn: calls.providers, staleTime: Infinity });

  const failureText = (error: unknown): string => {
    if (isAway(error)) return t('shell.offline');
    if (hasCode(error, 'throttled')) return t('signIn.throttled');
    if (hasCode(error, 'unauthenticated')) return t('signIn.wrong');
    return error instanceof Error ? error.message : String(error);
  };
  const submit = async () => {
    setBusy(true);
    setProblem('');
    try {
      await signIn(user.trim(), password);
    } catch (error) {
      setProblem(failureText(error));
    } finally {
      setBusy(false);
    }
  };
  const goTo = (url: string) => {
    expectSession();
    window.location.assign(`${url}?return=${encodeURIComponent(window.location.pathname + window.location.search)}`);
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
      <Field id="user" label={t('signIn.user')}>
        <Input id="user" autoComplete="username" autoFocus required value={user} onChange={(event) => setUser(event.target.value)} />
      </Field>
      <Field id="password" label={t('signIn.password')}>
        <Input.Password
          id="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Button type="primary" htmlType="submit" block loading={isBusy}>
        {t('signIn.button')}
      </Button>
      {providers.data?.map((provider) => (
        <Button key={provider.id} block onClick={() => goTo(provider.url)}>
          {t('signIn.with', { provider: provider.label })}
        </Button>
      ))}
    </form>
  );
}
