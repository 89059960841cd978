import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Webhook } from '../../../api/types';
import { webhooks } from '../../../api/webhooks';
import { DataTable, type Column } from '../../../ui/DataTable';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { RemoveButton } from '../../../ui/RemoveButton';
import { useAction } from '../../../ui/useAction';
import { CreateWebhook } from './CreateWebhook';
import { PauseButton } from './PauseButton';
import { useNoticeName } from './useNoticeName';
import { WebhookState } from './WebhookState';

export function WebhooksTab() {
  const { t } = useTranslation();
  const nameOf = useNoticeName();
  const list = useQuery({ queryKey: ['webhooks'], queryFn: webhooks.list });
  const { run } = useAction('webhooks');
  const columns: Column<Webhook>[] = [
    { title: t('list.name'), cell: (hook) => <Link to={`/admin/webhooks/${hook.id}`}>{hook.name}</Link> },
    { title: t('field.group'), cell: (hook) => hook.group ?? t('admin.everyGroup') },
    { title: t('webhooks.url'), cell: (hook) => hook.url, className: 'breakable' },
    { title: t('webhooks.events'), cell: (hook) => hook.events.map(nameOf).join(', ') },
    { title: t('field.status'), cell: (hook) => <WebhookState webhook={hook} /> },
    {
      title: t('list.actions'),
      className: 'nowrap',
      cell: (hook) => (
        <>
          <PauseButton webhook={hook} />{' '}
          <RemoveButton name={hook.name} ask={t('webhooks.removeAsk', { name: hook.name })} onRemove={() => void run(() => webhooks.remove(hook.id), t('webhooks.removed'))} />
        </>
      ),
    },
  ];
  return (
    <div className="stack">
      <section className="panel">
        <ProblemAlert error={list.error} />
        <DataTable label={t('webhooks.title')} columns={columns} rows={list.data} keyOf={(hook) => hook.id} />
      </section>
      <CreateWebhook />
    </div>
  );
}
