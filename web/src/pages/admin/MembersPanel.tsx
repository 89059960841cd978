import { Input, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groups } from '../../api/people';
import type { GroupDetail } from '../../api/types';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { RemoveButton } from '../../ui/RemoveButton';
import { useAction } from '../../ui/useAction';
import { AddForm } from './AddForm';

type Member = GroupDetail['members'][number];

export function MembersPanel({ group }: { group: GroupDetail }) {
  const { t } = useTranslation();
  const { isBusy, run } = useAction('groups');
  const [user, setUser] = useState('');
  const columns: Column<Member>[] = [
    { title: t('signIn.user'), cell: (member) => member.user },
    {
      title: t('admin.groupAdmin'),
      cell: (member) => (
        <Switch
          size="small"
          checked={member.admin}
          aria-label={t('admin.makeAdmin', { user: member.user })}
          onChange={(admin) => void run(() => groups.putMember(group.name, member.user, admin))}
        />
      ),
    },
    {
      title: t('list.actions'),
      cell: (member) => (
        <RemoveButton name={member.user} ask={t('admin.memberRemoveAsk', { user: member.user })} onRemove={() => void run(() => groups.removeMember(group.name, member.user))} />
      ),
    },
  ];
  return (
    <section className="panel stack">
      <h2>{t('admin.members')}</h2>
      <DataTable label={t('admin.members')} columns={columns} rows={group.members} keyOf={(member) => member.user} />
      <AddForm isBusy={isBusy} onAdd={() => void run(() => groups.putMember(group.name, user.trim(), false)).then((done) => done && setUser(''))}>
        <Field id="member-name" label={t('admin.addMember')}>
          <Input id="member-name" required value={user} onChange={(event) => setUser(event.target.value)} />
        </Field>
      </AddForm>
    </section>
  );
}
