import { useQuery } from '@tanstack/react-query';
import { Button, Input, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { users } from '../../api/people';
import type { User } from '../../api/types';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { RemoveButton } from '../../ui/RemoveButton';
import { SecretOnce } from '../../ui/SecretOnce';
import { useAction } from '../../ui/useAction';
import { AddForm } from './AddForm';

export function UsersTab() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: ['users'], queryFn: users.list });
  const { isBusy, run } = useAction('users');
  const [name, setName] = useState('');
  const [told, setTold] = useState<{ user: string; password: string }>();
  const tell = (user: { name: string; generated_password?: string }) =>
    setTold(user.generated_password ? { user: user.name, password: user.generated_password } : undefined);
  const columns: Column<User>[] = [
    { title: t('signIn.user'), cell: (user) => user.name },
    { title: t('admin.displayName'), cell: (user) => user.display_name || '-' },
    { title: t('profile.groups'), cell: (user) => user.groups.map((one) => one.group).join(', ') || '-' },
    {
      title: t('admin.platformAdmin'),
      cell: (user) => (
        <Switch size="small" checked={user.admin} aria-label={t('admin.makeAdmin', { user: user.name })} onChange={(admin) => void run(() => users.update(user.name, { admin }))} />
      ),
    },
    {
      title: t('admin.enabled'),
      cell: (user) => (
        <Switch
          size="small"
          checked={!user.disabled}
          aria-label={t('admin.enableWhat', { user: user.name })}
          onChange={(enabled) => void run(() => users.update(user.name, { disabled: !enabled }))}
        />
      ),
    },
    {
      title: t('list.actions'),
      className: 'nowrap',
      cell: (user) => (
        <>
          {!user.external && (
            <Button size="small" aria-label={t('admin.resetWhat', { user: user.name })} onClick={() => void run(async () => tell(await users.resetPassword(user.name)))}>
              {t('admin.reset')}
            </Button>
          )}{' '}
          <RemoveButton name={user.name} ask={t('admin.userRemoveAsk', { user: user.name })} onRemove={() => void run(() => users.remove(user.name))} />
        </>
      ),
    },
  ];
  return (
    <div className="stack">
      <section className="panel">
        <DataTable label={t('admin.users')} columns={columns} rows={list.data} keyOf={(user) => user.name} />
      </section>
      <section className="panel">
        <AddForm isBusy={isBusy} onAdd={() => void run(async () => tell(await users.create({ name: name.trim() }))).then((done) => done && setName(''))}>
          <Field id="user-name" label={t('admin.newUser')}>
            <Input id="user-name" required autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
        </AddForm>
        {told && <SecretOnce id="told-password" label={t('signIn.password')} warning={t('admin.passwordOnce', { user: told.user })} secret={told.password} />}
      </section>
    </div>
  );
}
