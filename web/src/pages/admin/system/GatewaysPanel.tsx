import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SystemReport } from '../../../api/types';
import { duration, relativeTime } from '../../../lib/format';
import { DataTable, type Column } from '../../../ui/DataTable';

type Gateway = SystemReport['gateways'][number];

// Who serves, and whether it serves what was published last.
export function GatewaysPanel({ report }: { report: SystemReport }) {
  const { t, i18n } = useTranslation();
  const { snapshot, gateways } = report;
  const columns: Column<Gateway>[] = [
    { title: t('list.name'), cell: (gateway) => <code>{gateway.id}</code> },
    {
      title: t('system.snapshot'),
      cell: (gateway) => (
        <>
          {gateway.snapshot_version} <span className={gateway.current ? 'good' : 'warn'}>{gateway.current ? t('system.current') : t('system.behind')}</span>
        </>
      ),
    },
    { title: t('system.asked'), cell: (gateway) => t('system.ago', { duration: duration(Math.floor(gateway.seen_s) * 1000, i18n.language) }), className: 'number' },
    { title: t('system.metricsAt'), cell: (gateway) => gateway.metrics_at ?? '-' },
  ];
  return (
    <section className="panel">
      <div className="section-head">
        <h2>{t('system.gateways')}</h2>
        <span className="muted">
          {snapshot.published_at
            ? t('system.newest', { version: snapshot.version, ago: relativeTime(snapshot.published_at, Date.now(), i18n.language) })
            : t('system.noSnapshot')}
        </span>
      </div>
      {gateways.length === 0 ? (
        <Alert type="warning" showIcon title={t('system.noGateways')} />
      ) : (
        <DataTable label={t('system.gateways')} columns={columns} rows={gateways} keyOf={(gateway) => gateway.id} />
      )}
    </section>
  );
}
