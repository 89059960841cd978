import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '../../../api/types';
import { webhooks, type WebhookSettings } from '../../../api/webhooks';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { toasts } from '../../../ui/toasts';
import { useWebhookErrors } from './useWebhookErrors';
import { WebhookFields } from './WebhookFields';

export function WebhookSettingsForm({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [settings, setSettings] = useState<WebhookSettings>({ name: webhook.name, url: webhook.url, events: webhook.events });
  const [isBusy, setBusy] = useState(false);
  const { fields, rest, attempt } = useWebhookErrors();
  const save = async () => {
    setBusy(true);
    const done = await attempt(settings, async () => {
      await webhooks.update(webhook.id, settings);
      await client.invalidateQueries({ queryKey: ['webhooks'] });
    });
    setBusy(false);
    if (done) toasts.good(t('common.saved'));
  };
  return (
    <section className="panel">
      <form
        className="stack narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <WebhookFields value={settings} onChange={setSettings} errors={fields} />
        <ProblemAlert error={rest} />
        <div>
          <Button htmlType="submit" loading={isBusy}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </section>
  );
}
