import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import type { Deployment } from '../../api/types';
import { utcTime } from '../../lib/format';
import { historyKind } from '../../lib/historyKind';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RelativeTime } from '../../ui/RelativeTime';
import { CompareRevisions } from './CompareRevisions';
import { RevisionDialog } from './RevisionDialog';
import { RollbackDialog } from './RollbackDialog';

export function HistoryTab({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const { id } = deployment;
  const [viewed, setViewed] = useState<number>();
  const [target, setTarget] = useState<number>();
  const history = useInfiniteQuery({
    queryKey: ['history', id, deployment.generation],
    initialPageParam: '',
    queryFn: ({ pageParam }) => deployments.history(id, pageParam || undefined),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const revisions = useQuery({ queryKey: ['revisions', id, deployment.generation], queryFn: () => deployments.revisions(id) });
  const entries = history.data?.pages.flatMap((page) => page.items) ?? [];
  const doneText = (said: string | undefined) => {
    const kind = historyKind(said);
    return kind ? t(`history.done.${kind}`) : said;
  };
  const tags = new Map((revisions.data ?? []).map((revision) => [revision.number, revision.tag]));
  return (
    <div className="stack">
      <ProblemAlert error={history.error ?? revisions.error} />
      <CompareRevisions id={id} revisions={revisions.data ?? []} />
      <section className="panel">
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t('detail.tab.history')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('field.version')}</th>
                <th scope="col">{t('field.updateMessage')}</th>
                <th scope="col">{t('history.kind')}</th>
                <th scope="col">{t('history.user')}</th>
                <th scope="col">{t('history.time')}</th>
                <th scope="col">{t('history.detail')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.sequence}>
                  <td className="number nowrap">
                    {entry.revision} {tags.get(entry.revision) && <Tag>{tags.get(entry.revision)}</Tag>}
                  </td>
                  <td className="breakable">{entry.message || '-'}</td>
                  <td>{doneText(entry.kind)}</td>
                  <td>{entry.actor}</td>
                  <td className="nowrap" title={entry.time ? utcTime(entry.time) : ''}>
                    <RelativeTime time={entry.time} />
                  </td>
                  <td className="nowrap">
                    <Button size="small" onClick={() => setViewed(entry.revision)} aria-label={t('history.viewWhat', { revision: entry.revision })}>
                      {t('common.view')}
                    </Button>{' '}
                    {entry.revision !== deployment.revision && (
                      <Button size="small" onClick={() => setTarget(entry.revision)} aria-label={t('history.rollbackTo', { revision: entry.revision })}>
                        {t('history.rollback')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {history.hasNextPage && <Button onClick={() => void history.fetchNextPage()}>{t('common.more')}</Button>}
      </section>
      {viewed !== undefined && <RevisionDialog deployment={deployment} number={viewed} onClose={() => setViewed(undefined)} />}
      {target !== undefined && <RollbackDialog deployment={deployment} target={target} onClose={() => setTarget(undefined)} />}
    </div>
  );
}
