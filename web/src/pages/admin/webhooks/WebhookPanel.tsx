import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { webhooks } from '../../../api/webhooks';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { Question } from '../../../ui/Question';
import { RemoveButton } from '../../../ui/RemoveButton';
import { SecretOnce } from '../../../ui/SecretOnce';
import { useAction } from '../../../ui/useAction';
import { Waiting } from '../../../ui/Waiting';
import { Deliveries } from './Deliveries';
import { PauseButton } from './PauseButton';
import { WebhookSettingsForm } from './WebhookSettingsForm';
import { WebhookState } from './WebhookState';

export function WebhookPanel({ name: id }: { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['webhooks', id], queryFn: () => webhooks.get(id) });
  const { isBusy, run } = useAction('webhooks');
  // Nothing is fetched anew here: it would be what is gone.
  const { run: end } = useAction();
  const [secret, setSecret] = useState('');
  const hook = query.data;
  if (query.isError) return <ProblemAlert error={query.error} />;
  if (!hook) return <Waiting />;
  const remove = async () => {
    if (await end(() => webhooks.remove(id), t('webhooks.removed'))) void navigate('/admin/webhooks');
  };
  return (
    <div className="stack">
      <div className="section-head">
        <h2>
          <Link to="/admin/webhooks">{t('webhooks.title')}</Link> / {hook.name}
        </h2>
        <div className="row">
          <WebhookState webhook={hook} />
          <Button size="small" loading={isBusy} onClick={() => void run(() => webhooks.test(id), t('webhooks.testSent'))}>
            {t('webhooks.test')}
          </Button>
          <PauseButton webhook={hook} />
          <Question ask={t('webhooks.rotateAsk')} onYes={() => void run(async () => setSecret((await webhooks.rotate(id)).secret))}>
            <Button size="small">{t('webhooks.rotate')}</Button>
          </Question>
          <RemoveButton name={hook.name} ask={t('webhooks.removeAsk', { name: hook.name })} onRemove={() => void remove()} />
        </div>
      </div>
      {secret && (
        <section className="panel">
          <SecretOnce id="webhook-secret" label={t('webhooks.secret')} warning={t('webhooks.once')} secret={secret} />
        </section>
      )}
      <WebhookSettingsForm key={hook.generation} webhook={hook} />
      <Deliveries id={id} />
    </div>
  );
}
