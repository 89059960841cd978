import { useTranslation } from 'react-i18next';
import type { DeploymentEvent, DeploymentStatus } from '../../api/types';
import { duration } from '../../lib/format';
import { lastRollout } from '../../lib/rollout';
import { useReason } from '../../ui/useReason';

const SHOWN = 12;

// While something is under way it fills in as things happen; afterwards it is folded.
export function Timeline({ status, events }: { status: DeploymentStatus; events: DeploymentEvent[] }) {
  const { t, i18n } = useTranslation();
  const reason = useReason();
  const steps = lastRollout(events).filter((step) => step.event.kind !== 'status');
  if (steps.length === 0) return null;
  const isUnderWay = status.phase === 'Deploying' || status.phase === 'Stopping' || status.phase === 'Failed';
  return (
    <details className="panel timeline" open={isUnderWay} key={String(isUnderWay)}>
      <summary>{t('detail.timeline')}</summary>
      <ol>
        {steps.slice(-SHOWN).map(({ event, tookMs }) => (
          <li key={event.sequence} className={/fail|exit|crash|unready|missing/.test(event.kind) ? 'bad' : undefined}>
            <span className="timeline-took number">{tookMs === null ? '' : `+${duration(tookMs, i18n.language)}`}</span>
            <span title={event.message}>
              {event.replica && <code>{event.replica}</code>} {reason(event.message)}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
