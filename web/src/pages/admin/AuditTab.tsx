import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { urlOf } from '../../api/http';
import { audit } from '../../api/people';
import type { AuditEntry } from '../../api/types';
import { utcTime } from '../../lib/format';
import { useDelayed } from '../../lib/useDelayed';
import { DataTable, type Column } from '../../ui/DataTable';
import { ProblemAlert } from '../../ui/ProblemAlert';

const FILTERS = ['actor', 'action', 'object', 'group'] as const;

export function AuditTab() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const filters = useDelayed(typed, 300);
  const query = useInfiniteQuery({
    queryKey: ['audit', filters],
    initialPageParam: '',
    queryFn: ({ pageParam }) => audit.page(filters, pageParam || undefined),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const columns: Column<AuditEntry>[] = [
    { title: t('detail.time'), cell: (entry) => utcTime(entry.time), className: 'nowrap number' },
    { title: t('admin.actor'), cell: (entry) => entry.actor ?? '-' },
    { title: t('admin.action'), cell: (entry) => entry.action, className: 'nowrap' },
    { title: t('admin.object'), cell: (entry) => entry.object },
    { title: t('field.group'), cell: (entry) => entry.group ?? '-' },
    { title: t('history.detail'), cell: (entry) => entry.detail || '-', className: 'breakable' },
    { title: t('admin.source'), cell: (entry) => entry.source ?? '-', className: 'nowrap' },
  ];
  const labels = { actor: t('admin.actor'), action: t('admin.action'), object: t('admin.object'), group: t('field.group') };
  return (
    <section className="panel">
      <div className="filters" role="search">
        {FILTERS.map((name) => (
          <Input
            key={name}
            className="filter-select"
            type="search"
            aria-label={labels[name]}
            placeholder={labels[name]}
            value={typed[name] ?? ''}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        ))}
        <Button href={urlOf('/audit', { ...filters, format: 'ndjson' })} download>
          {t('admin.export')}
        </Button>
      </div>
      <ProblemAlert error={query.error} />
      <DataTable label={t('admin.audit')} columns={columns} rows={query.data?.pages.flatMap((page) => page.items)} keyOf={(entry) => String(entry.sequence)} />
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button>}
    </section>
  );
}
