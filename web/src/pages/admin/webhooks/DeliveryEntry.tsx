import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../api/types';
import { webhooks } from '../../../api/webhooks';
import { relativeTime } from '../../../lib/format';
import { RelativeTime } from '../../../ui/RelativeTime';
import { useAction } from '../../../ui/useAction';
import { DeliveryTries } from './DeliveryTries';
import { useNoticeName } from './useNoticeName';

const CLASSES = { pending: 'warn', delivered: 'good', failed: 'bad' } as const;

export function DeliveryEntry({ webhook, delivery }: { webhook: string; delivery: Delivery }) {
  const { t, i18n } = useTranslation();
  const nameOf = useNoticeName();
  const { isBusy, run } = useAction('webhooks');
  const { id, state, attempts } = delivery;
  return (
    <li>
      <details>
        <summary>
          <strong className={CLASSES[state]}>{t(`webhooks.state.${state}`)}</strong> {nameOf(delivery.type)} · <RelativeTime time={delivery.created_at} />
          {delivery.next_at && attempts.length > 0 && (
            <span className="muted"> · {t('webhooks.next', { time: relativeTime(delivery.next_at, Date.now(), i18n.language) })}</span>
          )}
        </summary>
        <div className="stack-small">
          <code className="muted">{id}</code>
          <DeliveryTries attempts={attempts} />
          <h3>{t('webhooks.body')}</h3>
          <pre className="code" tabIndex={0}>
            {delivery.body}
          </pre>
        </div>
      </details>
      <Button size="small" loading={isBusy} aria-label={t('webhooks.redeliverWhat', { id })} onClick={() => void run(() => webhooks.redeliver(webhook, id), t('webhooks.redelivered'))}>
        {t('webhooks.redeliver')}
      </Button>
    </li>
  );
}
