import { useTranslation } from 'react-i18next';
import type { Webhook } from '../../../api/types';

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  if (webhook.enabled) return <span className="good">{t('webhooks.active')}</span>;
  const why = webhook.disabled_reason;
  return <span className={why ? 'bad' : 'muted'}>{why ? t('webhooks.pausedWhy', { why }) : t('webhooks.paused')}</span>;
}
