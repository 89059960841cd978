import { useQueryClient } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { webhooks, type WebhookSettings } from '../../../api/webhooks';
import { useMe } from '../../../app/session';
import { Field } from '../../../ui/Field';
import { HelpLink } from '../../../ui/HelpLink';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { SecretOnce } from '../../../ui/SecretOnce';
import { useWebhookErrors } from './useWebhookErrors';
import { WebhookFields } from './WebhookFields';

const PLATFORM = '';
const EMPTY: WebhookSettings = { name: '', url: '', events: ['deployment.failed', 'deployment.recovered'] };

export function CreateWebhook() {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const mine = me.admin ? [...me.groups, PLATFORM] : me.admin_of;
  const [group, setGroup] = useState(mine[0] ?? PLATFORM);
  const [settings, setSettings] = useState(EMPTY);
  const [isBusy, setBusy] = useState(false);
  const [secret, setSecret] = useState('');
  const { fields, rest, attempt } = useWebhookErrors();
  const create = async () => {
    setBusy(true);
    const done = await attempt(settings, async () => {
      setSecret((await webhooks.create(group || null, settings)).secret);
      await client.invalidateQueries({ queryKey: ['webhooks'] });
    });
    setBusy(false);
    if (done) setSettings(EMPTY);
  };
  return (
    <section className="panel">
      <h2>{t('webhooks.new')}</h2>
      <p>
        <HelpLink page="monitoring">{t('help.webhooks')}</HelpLink>
      </p>
      <form
        className="stack narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field id="webhook-group" label={t('field.group')} {...(fields.group && { error: fields.group })}>
          <Select id="webhook-group" value={group} onChange={setGroup} options={mine.map((value) => ({ value, label: value || t('webhooks.platform') }))} />
        </Field>
        <WebhookFields value={settings} onChange={setSettings} errors={fields} />
        <ProblemAlert error={rest} />
        <div>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {t('webhooks.create')}
          </Button>
        </div>
      </form>
      {secret && <SecretOnce id="webhook-secret" label={t('webhooks.secret')} warning={t('webhooks.once')} secret={secret} />}
    </section>
  );
}
