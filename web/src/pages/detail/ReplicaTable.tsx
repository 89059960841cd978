import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import { RelativeTime } from '../../ui/RelativeTime';
import { useReason } from '../../ui/useReason';

export function ReplicaTable({ id }: { id: string }) {
  const { t } = useTranslation();
  const reason = useReason();
  const query = useQuery({ queryKey: ['replicas', id], queryFn: () => deployments.replicas(id), refetchInterval: 10_000 });
  const list = query.data ?? [];
  return (
    <section className="panel">
      <h2>{t('field.replicas')}</h2>
      {list.length === 0 && <p className="muted">{t('detail.noReplicas')}</p>}
      {list.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t('field.replicas')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('list.name')}</th>
                <th scope="col">{t('detail.state')}</th>
                <th scope="col">{t('field.version')}</th>
                <th scope="col">{t('detail.restarts')}</th>
                <th scope="col">{t('detail.started')}</th>
              </tr>
            </thead>
            <tbody>
              {list.map((replica) => (
                <tr key={replica.id}>
                  <td>{replica.id}</td>
                  <td>
                    {replica.state}
                    {replica.trouble && <div className="bad" title={replica.trouble}>{reason(replica.trouble)}</div>}
                  </td>
                  <td className="number">{replica.revision}</td>
                  <td className="number">{replica.restarts}</td>
                  <td>
                    <RelativeTime time={replica.started_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
