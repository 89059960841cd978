import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tokens } from '../../api/people';
import { useMe } from '../../app/session';
import type { IssuedToken, Token } from '../../api/types';
import { contextsFile } from '../../lib/contextsFile';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { PageHead } from '../../ui/PageHead';
import { RelativeTime } from '../../ui/RelativeTime';
import { RemoveButton } from '../../ui/RemoveButton';
import { SecretOnce } from '../../ui/SecretOnce';
import { useAction } from '../../ui/useAction';

const DAY = 86_400;

export function TokensPage() {
  const { t } = useTranslation();
  const me = useMe();
  const list = useQuery({ queryKey: ['tokens'], queryFn: tokens.list });
  const { isBusy, run } = useAction('tokens');
  const [name, setName] = useState('');
  const [scope, setScope] = useState<'read' | 'write'>('write');
  const [days, setDays] = useState(90);
  const [issued, setIssued] = useState<IssuedToken>();
  const create = () =>
    run(async () => {
      setIssued(await tokens.create({ name: name.trim(), scope, ...(days > 0 && { lifetime_seconds: days * DAY }) }));
      setName('');
    });
  const context = issued ? contextsFile(window.location.origin, me.user, issued) : '';
  const columns: Column<Token>[] = [
    { title: t('list.name'), cell: (token) => token.name },
    { title: t('tokens.scope'), cell: (token) => t(`tokens.${token.scope}`) },
    { title: t('field.created'), cell: (token) => <RelativeTime time={token.created_at} /> },
    { title: t('clients.lastUsed'), cell: (token) => <RelativeTime time={token.last_used_at} /> },
    { title: t('clients.expires'), cell: (token) => <RelativeTime time={token.expires_at} /> },
    {
      title: t('list.actions'),
      cell: (token) => (
        <RemoveButton name={token.name} ask={t('tokens.removeAsk', { name: token.name })} onRemove={() => void run(() => tokens.revoke(token.id), t('tokens.removed'))} />
      ),
    },
  ];
  return (
    <>
      <PageHead title={t('nav.tokens')} />
      <div className="two-columns">
        <section className="panel">
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void create();
            }}
          >
            <Field id="token-name" label={t('list.name')} hint={t('tokens.nameHint')}>
              <Input id="token-name" required value={name} onChange={(event) => setName(event.target.value)} />
            </Field>
            <Field id="token-scope" label={t('tokens.scope')}>
              <Select id="token-scope" value={scope} onChange={setScope} options={(['write', 'read'] as const).map((value) => ({ value, label: t(`tokens.${value}`) }))} />
            </Field>
            <Field id="token-days" label={t('tokens.lifetime')}>
              <Select
                id="token-days"
                value={days}
                onChange={setDays}
                options={[30, 90, 365, 0].map((value) => ({ value, label: value ? t('tokens.days', { count: value }) : t('tokens.forever') }))}
              />
            </Field>
            <div>
              <Button type="primary" htmlType="submit" loading={isBusy}>
                {t('tokens.create')}
              </Button>
            </div>
          </form>
          {issued && <SecretOnce id="new-token" label={t('tokens.token')} warning={t('tokens.once')} secret={issued.token} />}
          {issued && (
            <p className="token-once">
              <a href={`data:application/json;charset=utf-8,${encodeURIComponent(context)}`} download="slipway-contexts.json">
                {t('tokens.context')}
              </a>
            </p>
          )}
        </section>
        <section className="panel">
          <DataTable label={t('nav.tokens')} columns={columns} rows={list.data} keyOf={(token) => token.id} />
        </section>
      </div>
    </>
  );
}
