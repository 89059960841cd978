import { useQuery } from '@tanstack/react-query';
import { Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { instanceTypes } from '../../api/people';
import type { InstanceType } from '../../api/types';
import { bytes, cpus } from '../../lib/format';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field } from '../../ui/Field';
import { RemoveButton } from '../../ui/RemoveButton';
import { useAction } from '../../ui/useAction';
import { AddForm } from './AddForm';

const GIB = 1024 ** 3;

export function InstanceTypesTab() {
  const { t, i18n } = useTranslation();
  const list = useQuery({ queryKey: ['instance-types', ''], queryFn: () => instanceTypes.list() });
  const { isBusy, run } = useAction('instance-types');
  const [made, setMade] = useState({ name: '', cpu: 1, memory: 2, gpus: 0 });
  const columns: Column<InstanceType>[] = [
    { title: t('list.name'), cell: (type) => type.name },
    { title: t('admin.displayName'), cell: (type) => type.display_name || '-' },
    { title: t('quota.cpu_millis'), cell: (type) => cpus(type.cpu_millis, i18n.language), className: 'number' },
    { title: t('quota.memory_bytes'), cell: (type) => bytes(type.memory_bytes, i18n.language), className: 'number' },
    { title: t('quota.gpus'), cell: (type) => type.gpus, className: 'number' },
    { title: t('admin.forAll'), cell: (type) => (type.global ? t('common.yes') : t('common.no')) },
    {
      title: t('list.actions'),
      cell: (type) => <RemoveButton name={type.name} ask={t('admin.typeRemoveAsk', { name: type.name })} onRemove={() => void run(() => instanceTypes.remove(type.name))} />,
    },
  ];
  const create = () =>
    run(() =>
      instanceTypes.create({
        name: made.name.trim(), cpu_millis: Math.round(made.cpu * 1000), memory_bytes: Math.round(made.memory * GIB), gpus: made.gpus,
      }),
    ).then((done) => done && setMade({ ...made, name: '' }));
  const labels = { cpu: t('quota.cpu_millis'), memory: t('admin.memoryGib'), gpus: t('quota.gpus') };
  return (
    <div className="stack">
      <section className="panel">
        <DataTable label={t('admin.instanceTypes')} columns={columns} rows={list.data} keyOf={(type) => type.name} />
      </section>
      <section className="panel">
        <AddForm isBusy={isBusy} onAdd={() => void create()}>
          <Field id="type-name" label={t('admin.newType')}>
            <Input id="type-name" required value={made.name} onChange={(event) => setMade({ ...made, name: event.target.value })} />
          </Field>
          {(Object.keys(labels) as (keyof typeof labels)[]).map((key) => (
            <Field key={key} id={`type-${key}`} label={labels[key]}>
              <InputNumber id={`type-${key}`} min={0} value={made[key]} onChange={(value) => setMade({ ...made, [key]: value ?? 0 })} />
            </Field>
          ))}
        </AddForm>
      </section>
    </div>
  );
}
