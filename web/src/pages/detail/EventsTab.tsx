import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { deploymentPath } from '../../api/deployments';
import { http } from '../../api/http';
import type { Deployment, DeploymentEvent, Page } from '../../api/types';
import { utcTime } from '../../lib/format';
import { ProblemAlert } from '../../ui/ProblemAlert';

export function EventsTab({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const { id } = deployment;
  const query = useInfiniteQuery({
    queryKey: ['events', id, deployment.status.since],
    initialPageParam: '',
    queryFn: ({ pageParam }) => http.get<Page<DeploymentEvent>>(`${deploymentPath(id)}/events`, { limit: 500, cursor: pageParam || undefined }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const list = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel">
      <ProblemAlert error={query.error} />
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('detail.tab.events')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('detail.time')}</th>
              <th scope="col">{t('detail.what')}</th>
              <th scope="col">{t('detail.replica')}</th>
              <th scope="col">{t('field.message')}</th>
            </tr>
          </thead>
          <tbody>
            {list.map((event) => (
              <tr key={event.sequence}>
                <td className="number nowrap">{event.time ? utcTime(event.time) : '-'}</td>
                <td>{event.kind}</td>
                <td className="nowrap">{event.replica ?? '-'}</td>
                <td className="breakable">
                  {event.message}
                  {event.actor && <span className="muted"> {t('list.by', { user: event.actor })}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button>}
    </section>
  );
}
