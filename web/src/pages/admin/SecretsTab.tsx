import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { secrets } from '../../api/people';
import type { PullSecret } from '../../api/types';
import { useMe } from '../../app/session';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { RelativeTime } from '../../ui/RelativeTime';
import { RemoveButton } from '../../ui/RemoveButton';
import { useAction } from '../../ui/useAction';
import { AddForm } from './AddForm';

const EVERY = '';

export function SecretsTab() {
  const { t } = useTranslation();
  const me = useMe();
  const list = useQuery({ queryKey: ['secrets'], queryFn: secrets.list });
  const { isBusy, run } = useAction('secrets');
  const mine = me.admin ? [...me.groups, EVERY] : me.admin_of;
  const empty = { group: mine[0] ?? EVERY, name: '', registry: '', user: '', password: '' };
  const [made, setMade] = useState(empty);
  const columns: Column<PullSecret>[] = [
    { title: t('list.name'), cell: (secret) => secret.name },
    { title: t('field.group'), cell: (secret) => secret.group ?? t('admin.everyGroup') },
    { title: t('admin.registry'), cell: (secret) => secret.registries.map((one) => one.registry).join(', ') },
    { title: t('field.lastUpdated'), cell: (secret) => <RelativeTime time={secret.updated_at} /> },
    {
      title: t('list.actions'),
      cell: (secret) =>
        mine.includes(secret.group ?? EVERY) && (
          <RemoveButton name={secret.name} ask={t('admin.secretRemoveAsk', { name: secret.name })} onRemove={() => void run(() => secrets.remove(secret.group, secret.name))} />
        ),
    },
  ];
  const create = () => run(() => secrets.create({ ...made, group: made.group || null })).then((done) => done && setMade(empty));
  const fields = [
    ['name', t('admin.newSecret'), 'text'], ['registry', t('admin.registry'), 'text'], ['user', t('signIn.user'), 'text'],
    ['password', t('signIn.password'), 'password'],
  ] as const;
  return (
    <div className="stack">
      <section className="panel">
        <DataTable label={t('admin.secrets')} columns={columns} rows={list.data} keyOf={(secret) => `${secret.group}/${secret.name}`} />
      </section>
      <section className="panel">
        <AddForm isBusy={isBusy} onAdd={() => void create()}>
          <Field id="secret-group" label={t('field.group')}>
            <Select
              id="secret-group"
              className="filter-select"
              value={made.group}
              onChange={(group) => setMade({ ...made, group })}
              options={mine.map((value) => ({ value, label: value || t('admin.everyGroup') }))}
            />
          </Field>
          {fields.map(([key, label, type]) => (
            <Field key={key} id={`secret-${key}`} label={label}>
              <Input id={`secret-${key}`} type={type} required autoComplete="off" value={made[key]} onChange={(event) => setMade({ ...made, [key]: event.target.value })} />
            </Field>
          ))}
        </AddForm>
      </section>
    </div>
  );
}
