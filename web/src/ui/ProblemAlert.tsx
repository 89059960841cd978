import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { isAway, ProblemError } from '../api/problem';

// What went wrong, with every limit that a quota's refusal names; nothing when nothing did.
export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  if (!error) return null;
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const limits = problem?.limits ?? [];
  const text = isAway(error) ? t('shell.offline') : error instanceof Error ? error.message : String(error);
  return (
    <Alert
      className="problem"
      type="error"
      showIcon
      role="alert"
      title={text}
      description={
        limits.length > 0 ? (
          <ul>
            {limits.map((limit) => (
              <li key={limit.name}>{limit.message}</li>
            ))}
          </ul>
        ) : undefined
      }
      action={onRetry && <Button onClick={onRetry}>{t('common.retry')}</Button>}
    />
  );
}
