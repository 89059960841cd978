import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import type { Client, Deployment, IssuedClient } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { integer } from '../../lib/format';
import { CliCommand } from '../../ui/CliCommand';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RelativeTime } from '../../ui/RelativeTime';
import { RemoveButton } from '../../ui/RemoveButton';
import { SecretOnce } from '../../ui/SecretOnce';
import { toasts } from '../../ui/toasts';

const NAME = /^[a-z_][a-z0-9_-]*$/;
const OVERLAP_SECONDS = 3600;

export function ClientsTab({ deployment }: { deployment: Deployment }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const { id } = deployment;
  const list = useQuery({ queryKey: ['clients', id], queryFn: () => deployments.clients(id), refetchInterval: 10_000 });
  const [name, setName] = useState('');
  const [expires, setExpires] = useState('');
  const [fault, setFault] = useState('');
  const [issued, setIssued] = useState<IssuedClient>();
  const reload = () => queries.invalidateQueries({ queryKey: ['clients', id] });

  const add = async () => {
    if (!name) return setFault(t('clients.needed'));
    if (!NAME.test(name)) return setFault(t('clients.pattern'));
    setFault('');
    try {
      setIssued(await deployments.addClient(id, { name, ...(expires && { expires_at: new Date(`${expires}T23:59:59Z`).toISOString() }) }));
      setName('');
      setExpires('');
      toasts.good(t('clients.added'));
      await reload();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const act = async (action: () => Promise<void>) => {
    try {
      await action();
      await reload();
    } catch (error) {
      toasts.failure(error);
    }
  };
  const rotate = (client: Client) => act(async () => setIssued(await deployments.rotateClient(id, client.name, OVERLAP_SECONDS)));
  const remove = (client: Client) =>
    act(async () => {
      await deployments.removeClient(id, client.name);
      if (issued?.name === client.name) setIssued(undefined);
      toasts.good(t('clients.removed'));
    });
  const columns: Column<Client>[] = [
    { title: t('list.name'), cell: (client) => client.name },
    { title: t('clients.lastUsed'), cell: (client) => <RelativeTime time={client.last_used_at} /> },
    { title: t('clients.requests'), cell: (client) => integer(client.requests, i18n.language), className: 'number' },
    { title: t('clients.expires'), cell: (client) => <RelativeTime time={client.expires_at} /> },
    {
      title: t('list.actions'),
      className: 'nowrap',
      cell: (client) => (
        <>
          <Button size="small" aria-label={t('clients.rotateWhat', { name: client.name })} onClick={() => void rotate(client)}>
            {t('clients.rotate')}
          </Button>{' '}
          <RemoveButton name={client.name} ask={t('clients.removeAsk', { name: client.name })} onRemove={() => void remove(client)} />
        </>
      ),
    },
  ];
  return (
    <div className="two-columns">
      <section className="panel">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Field id="client-name" label={t('clients.name')} error={fault}>
            <Input id="client-name" autoComplete="off" spellCheck={false} placeholder={t('clients.placeholder')} value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field id="client-expires" label={t('clients.expires')} hint={t('clients.expiresHint')}>
            <Input id="client-expires" type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
          </Field>
          <div>
            <Button type="primary" htmlType="submit">
              {t('clients.add')}
            </Button>
          </div>
          <CliCommand commands={[cli.addClient(id, name, expires && `${expires}T23:59:59Z`)]} />
        </form>
        {issued && <SecretOnce id="client-token" label={t('clients.token')} warning={t('clients.once', { name: issued.name })} secret={issued.token} />}
      </section>
      <section className="panel">
        <h2>{t('clients.list')}</h2>
        <ProblemAlert error={list.error} />
        {list.data?.length === 0 && <p className="muted">{t('clients.none')}</p>}
        {list.data?.length !== 0 && <DataTable label={t('clients.list')} columns={columns} rows={list.data} keyOf={(client) => client.name} />}
      </section>
    </div>
  );
}
