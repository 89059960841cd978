import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Deployment } from '../../api/types';
import { RelativeTime } from '../../ui/RelativeTime';
import { useReason } from '../../ui/useReason';

// What is wrong: which replica, since when, why, and its last lines.
export function TroubleNotice({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const reason = useReason();
  const { trouble } = deployment.status;
  if (!trouble) return null;
  return (
    <Alert
      className="problem"
      type={deployment.status.phase === 'Failed' ? 'error' : 'warning'}
      showIcon
      title={<span title={trouble.cause}>{trouble.replica ? `${trouble.replica}: ${reason(trouble.cause)}` : reason(trouble.cause)}</span>}
      description={
        <div className="stack-small">
          <span>
            {t('detail.since')} <RelativeTime time={trouble.since} /> · <Link to={`/deployments/${deployment.id}/logs`}>{t('detail.allLogs')}</Link>
          </span>
          {trouble.log_tail.length > 0 && (
            <pre className="code log-tail" tabIndex={0} aria-label={t('detail.lastLines')}>
              {trouble.log_tail.join('\n')}
            </pre>
          )}
        </div>
      }
    />
  );
}
