import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import { metrics, SPLITS, type MetricSplit } from '../../api/metrics';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { lineName, panelsOf } from '../../lib/panels';
import { CliCommand } from '../../ui/CliCommand';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useAddressState } from '../../ui/useAddressState';
import { Waiting } from '../../ui/Waiting';
import { Chart, type ChartMark } from './Chart';

const RANGES = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
const AGAIN_MS = 10_000;

interface View {
  range: string;
  by: MetricSplit;
}
const readView = (query: URLSearchParams): View => ({
  range: RANGES.find((range) => range === query.get('range')) ?? '1h',
  by: SPLITS.find((split) => split === query.get('by')) ?? 'none',
});
const writeView = ({ range, by }: View): URLSearchParams => new URLSearchParams({ ...(range !== '1h' && { range }), ...(by !== 'none' && { by }) });

export function MonitoringTab({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const { id } = deployment;
  const [{ range, by }, setView] = useAddressState(readView, writeView);
  const query = useQuery({
    queryKey: ['metrics', id, range, by],
    queryFn: () => metrics.history(id, range, by),
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  const revisions = useQuery({ queryKey: ['revisions', id, deployment.generation], queryFn: () => deployments.revisions(id) });
  const marks = useMemo<ChartMark[]>(
    () => (revisions.data ?? []).map((one) => ({ time: Date.parse(one.created_at ?? '') / 1000, label: `#${one.number}` })),
    [revisions.data],
  );
  const history = query.data;
  const panels = useMemo(
    () =>
      panelsOf(history?.series ?? []).map((panel) => ({
        key: panel.key,
        unit: panel.series[0]?.unit ?? '',
        lines: panel.series.map((one) => {
          const words = { title: t(`monitoring.panel.${panel.key}`), received: t('monitoring.received'), sent: t('monitoring.sent') };
          return { name: lineName(one, panel.series.length === 1, words), values: one.values };
        }),
      })),
    [history, t],
  );
  return (
    <section>
      <div className="filters">
        <Segmented aria-label={t('monitoring.range')} value={range} options={[...RANGES]} onChange={(value) => setView({ range: String(value), by })} />
        <Segmented
          aria-label={t('monitoring.by')}
          value={by}
          options={SPLITS.map((value) => ({ value, label: t(`monitoring.split.${value}`) }))}
          onChange={(value) => setView({ range, by: value as MetricSplit })}
        />
      </div>
      <ProblemAlert error={query.error} />
      {history?.problem && <Alert className="problem" type="warning" showIcon title={history.problem} />}
      {!history && !query.error && <Waiting />}
      {history && panels.length === 0 && <p className="muted">{t('monitoring.none')}</p>}
      <div className="charts">
        {history &&
          panels.map((panel) => (
            <Chart key={panel.key} title={t(`monitoring.panel.${panel.key}`)} unit={panel.unit} times={history.times} lines={panel.lines} marks={marks} />
          ))}
      </div>
      <CliCommand commands={[cli.metrics(id, range, by)]} />
    </section>
  );
}
