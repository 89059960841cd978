import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { groups } from '../../api/people';
import type { Group } from '../../api/types';
import { useMe } from '../../app/session';
import { bytes, cpus, integer } from '../../lib/format';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { useAction } from '../../ui/useAction';
import { AddForm } from './AddForm';

export function GroupsTab() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const list = useQuery({ queryKey: ['groups'], queryFn: groups.list });
  const { isBusy, run } = useAction('groups');
  const [name, setName] = useState('');
  const limit = (value: number | null, format: (value: number, language: string) => string) => (value === null ? '∞' : format(value, i18n.language));
  const columns: Column<Group>[] = [
    { title: t('list.name'), cell: (group) => <Link to={`/admin/groups/${group.name}`}>{group.display_name || group.name}</Link> },
    { title: t('admin.modelDeployment'), cell: (group) => (group.deployment_enabled ? t('common.on') : t('common.off')) },
    { title: t('quota.cpu_millis'), cell: (group) => limit(group.quota.cpu_millis, cpus), className: 'number' },
    { title: t('quota.memory_bytes'), cell: (group) => limit(group.quota.memory_bytes, bytes), className: 'number' },
    { title: t('quota.gpus'), cell: (group) => limit(group.quota.gpus, integer), className: 'number' },
    { title: t('admin.maxDeploy'), cell: (group) => limit(group.quota.deployments, integer), className: 'number' },
  ];
  return (
    <div className="stack">
      <section className="panel">
        <DataTable label={t('admin.groups')} columns={columns} rows={list.data} keyOf={(group) => group.name} />
      </section>
      {me.admin && (
        <section className="panel">
          <AddForm isBusy={isBusy} onAdd={() => void run(() => groups.create({ name: name.trim(), deployment_enabled: true }), t('admin.groupAdded')).then((done) => done && setName(''))}>
            <Field id="group-name" label={t('admin.newGroup')}>
              <Input id="group-name" required value={name} onChange={(event) => setName(event.target.value)} />
            </Field>
          </AddForm>
        </section>
      )}
    </div>
  );
}
