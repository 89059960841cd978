import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { system } from '../../../api/system';
import type { SystemReport } from '../../../api/types';
import { bytes, cpus, duration, utcTime } from '../../../lib/format';
import { Facts, type Fact } from '../../../ui/Facts';
import { PartState } from './PartState';

const AGAIN_MS = 10_000;

export function InstallationPanel({ report }: { report: SystemReport }) {
  const { t, i18n } = useTranslation();
  const ready = useQuery({ queryKey: ['ready'], queryFn: system.readiness, refetchInterval: AGAIN_MS });
  const { engine } = report;
  const facts: Fact[] = [
    [t('field.version'), report.version],
    [
      t('system.uptime'),
      <time key="up" dateTime={report.started_at} title={utcTime(report.started_at)}>
        {duration(report.uptime_s * 1000, i18n.language)}
      </time>,
    ],
    [
      t('system.engine'),
      <div key="engine">
        {engine.version || engine.name} <PartState problem={engine.problem} />
        {!engine.isolates && <span className="warn"> ({t('system.notIsolated')})</span>}
        {engine.cpu_millis !== null && engine.memory_bytes !== null && (
          <div className="muted">{t('system.node', { cpu: cpus(engine.cpu_millis, i18n.language), memory: bytes(engine.memory_bytes, i18n.language) })}</div>
        )}
      </div>,
    ],
  ];
  if (ready.data) {
    const missing = Object.entries(ready.data.parts).filter(([, state]) => state !== 'ok');
    facts.push([
      '/readyz',
      <span key="ready" className={ready.data.ready ? 'good' : 'bad'}>
        {ready.data.ready ? t('system.ready') : t('system.notReady')}
        {missing.map(([part, state]) => ` · ${part}: ${state}`)}
      </span>,
    ]);
  }
  facts.push([t('admin.api'), <a key="docs" href="/docs">/docs</a>]);
  return (
    <section className="panel">
      <h2>{t('system.installation')}</h2>
      <Facts facts={facts} />
    </section>
  );
}
