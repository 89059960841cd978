import { useTranslation } from 'react-i18next';
import type { GroupUsage, Quota } from '../api/types';
import { bytes, cpus, integer } from '../lib/format';

interface QuotaBarsProps {
  limits: Quota;
  used: GroupUsage;
  // What it would be after a change, drawn behind what it is.
  after?: GroupUsage;
}

const KINDS = ['cpu_millis', 'memory_bytes', 'gpus', 'deployments'] as const;

export function QuotaBars({ limits, used, after }: QuotaBarsProps) {
  const { t, i18n } = useTranslation();
  const text = (kind: (typeof KINDS)[number], value: number): string => {
    if (kind === 'cpu_millis') return cpus(value, i18n.language);
    return kind === 'memory_bytes' ? bytes(value, i18n.language) : integer(value, i18n.language);
  };
  return (
    <dl className="quota">
      {KINDS.map((kind) => {
        const limit = limits[kind];
        const next = after?.[kind] ?? used[kind];
        const share = (value: number) => `${limit ? Math.min(100, (100 * value) / limit) : limit === 0 ? 100 : 0}%`;
        const isOver = limit !== null && next > limit;
        return (
          <div key={kind} className={isOver ? 'quota-one quota-over' : 'quota-one'}>
            <dt>{t(`quota.${kind}`)}</dt>
            <dd>
              {text(kind, used[kind])}
              {next !== used[kind] && ` → ${text(kind, next)}`}
              <span className="muted"> / {limit === null ? '∞' : text(kind, limit)}</span>
            </dd>
            <div className="quota-track" aria-hidden="true">
              <div className="quota-after" style={{ width: share(next) }} />
              <div className="quota-used" style={{ width: share(used[kind]) }} />
            </div>
          </div>
        );
      })}
    </dl>
  );
}
