import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, urlOf } from '../../api/http';
import { utcTime } from '../../lib/format';
import { DataTable, type Column } from '../../ui/DataTable';
import { ProblemAlert } from '../../ui/ProblemAlert';

type Row = Record<string, string | number>;

interface Report {
  from: string;
  to: string;
  counted_until: string | null;
  items: Row[];
}

const SPLITS = ['deployment', 'group', 'client'] as const;
type Split = (typeof SPLITS)[number];
const BY: Record<Split, string[]> = { deployment: ['month', 'group', 'deployment', 'instance_type'], group: ['month', 'group'], client: ['client'] };

// Hours that replicas ran, or requests of clients, by month. The columns are the report's own.
export function UsageTab() {
  const { t, i18n } = useTranslation();
  const [split, setSplit] = useState<Split>('group');
  const query = useQuery({ queryKey: ['usage', split], queryFn: () => http.get<Report>('/usage', { by: BY[split] }) });
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 });
  const names = Object.keys(query.data?.items[0] ?? {});
  const columns: Column<Row>[] = names.map((name) => ({
    title: name.replaceAll('_', ' '),
    cell: (row) => {
      const value = row[name];
      return typeof value === 'number' ? number.format(value) : (value ?? '-');
    },
    className: 'number',
  }));
  return (
    <section className="panel">
      <div className="filters">
        <Segmented
          aria-label={t('monitoring.by')}
          value={split}
          options={SPLITS.map((value) => ({ value, label: t(`usage.${value}`) }))}
          onChange={(value) => setSplit(value as Split)}
        />
        <Button href={urlOf('/usage', { by: BY[split], format: 'csv' })} download>
          {t('admin.export')}
        </Button>
        {query.data?.counted_until && <span className="muted">{t('usage.until', { time: utcTime(query.data.counted_until) })}</span>}
      </div>
      <ProblemAlert error={query.error} />
      <DataTable label={t('admin.usage')} columns={columns} rows={query.data?.items} keyOf={(row) => JSON.stringify(row)} />
    </section>
  );
}
