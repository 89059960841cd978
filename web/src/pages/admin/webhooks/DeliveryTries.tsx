import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../api/types';
import { duration, utcTime } from '../../../lib/format';
import { DataTable, type Column } from '../../../ui/DataTable';

type Try = Delivery['attempts'][number];

const isGood = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

// Every try: when, how long it took, and what came back.
export function DeliveryTries({ attempts }: { attempts: readonly Try[] }) {
  const { t, i18n } = useTranslation();
  const columns: Column<Try>[] = [
    { title: t('detail.time'), cell: (one) => utcTime(one.time), className: 'nowrap number' },
    { title: t('field.status'), cell: (one) => <span className={isGood(one.status) ? 'good' : 'bad'}>{one.status ?? one.error ?? t('webhooks.noAnswer')}</span> },
    { title: t('monitoring.panel.latency'), cell: (one) => duration(one.duration_ms, i18n.language), className: 'nowrap number' },
    { title: t('playground.reply'), cell: (one) => one.reply || '-', className: 'breakable' },
  ];
  return <DataTable label={t('webhooks.tries')} columns={columns} rows={attempts} keyOf={(one) => String(one.number)} />;
}
