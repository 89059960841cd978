import { Button, Input, InputNumber, Select, Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groups, instanceTypes } from '../../api/people';
import type { GroupDetail } from '../../api/types';
import { Field } from '../../ui/Field';
import { useAction } from '../../ui/useAction';

const GIB = 1024 ** 3;

// Empty numbers are no limit.
export function GroupSettingsForm({ group }: { group: GroupDetail }) {
  const { t } = useTranslation();
  const { isBusy, run } = useAction('groups');
  const types = useQuery({ queryKey: ['instance-types', ''], queryFn: () => instanceTypes.list() });
  const [title, setTitle] = useState(group.display_name);
  const [isEnabled, setEnabled] = useState(group.deployment_enabled);
  const [usual, setUsual] = useState(group.default_instance_type);
  const [limits, setLimits] = useState({
    cpu: group.quota.cpu_millis === null ? null : group.quota.cpu_millis / 1000,
    memory: group.quota.memory_bytes === null ? null : group.quota.memory_bytes / GIB,
    gpus: group.quota.gpus,
    deployments: group.quota.deployments,
  });
  const save = () =>
    run(
      () =>
        groups.update(group.name, {
          display_name: title,
          deployment_enabled: isEnabled,
          default_instance_type: usual,
          quota: {
            cpu_millis: limits.cpu === null ? null : Math.round(limits.cpu * 1000),
            memory_bytes: limits.memory === null ? null : Math.round(limits.memory * GIB),
            gpus: limits.gpus,
            deployments: limits.deployments,
          },
        }),
      t('common.saved'),
    );
  const labels = { cpu: t('quota.cpu_millis'), memory: t('admin.memoryGib'), gpus: t('quota.gpus'), deployments: t('admin.maxDeploy') };
  return (
    <section className="panel">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field id="group-title" label={t('admin.displayName')}>
          <Input id="group-title" value={title} onChange={(event) => setTitle(event.target.value)} />
        </Field>
        <Field id="group-enabled" label={t('admin.modelDeployment')}>
          <div>
            <Switch id="group-enabled" data-testid="group/enabledDeployment" checked={isEnabled} onChange={setEnabled} />
          </div>
        </Field>
        <div className="grid-limits">
          {(Object.keys(labels) as (keyof typeof labels)[]).map((key) => (
          <Field key={key} id={`group-${key}`} label={labels[key]} hint={t('admin.noLimit')}>
            <InputNumber id={`group-${key}`} min={0} value={limits[key]} placeholder="∞" onChange={(value) => setLimits({ ...limits, [key]: value })} />
          </Field>
        ))}
        </div>
        <Field id="group-type" label={t('admin.usualType')}>
          <Select
            id="group-type"
            value={usual}
            onChange={setUsual}
            options={[{ value: '', label: '-' }, ...(types.data ?? []).map((type) => ({ value: type.name, label: type.display_name || type.name }))]}
          />
        </Field>
        <div>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </section>
  );
}
