import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '../../../api/types';
import { webhooks } from '../../../api/webhooks';
import { useAction } from '../../../ui/useAction';

export function PauseButton({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { isBusy, run } = useAction('webhooks');
  const { id, name, enabled } = webhook;
  return (
    <Button
      size="small"
      loading={isBusy}
      aria-label={enabled ? t('webhooks.pauseWhat', { name }) : t('webhooks.resumeWhat', { name })}
      onClick={() => void run(() => webhooks.update(id, { enabled: !enabled }))}
    >
      {enabled ? t('webhooks.pause') : t('webhooks.resume')}
    </Button>
  );
}
