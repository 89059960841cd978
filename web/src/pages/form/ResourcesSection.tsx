import { useQuery } from '@tanstack/react-query';
import { Alert, Form, InputNumber, Radio, Select, Switch } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { groups as groupCalls, instanceTypes } from '../../api/people';
import { useMe } from '../../app/session';
import { bytes, cpus } from '../../lib/format';
import { HelpLink } from '../../ui/HelpLink';
import type { FormValues } from './formValues';

export function ResourcesSection({ group, isNew }: { group: string; isNew: boolean }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const form = Form.useFormInstance<FormValues>();
  const groups = useQuery({ queryKey: ['groups'], queryFn: groupCalls.list });
  const types = useQuery({ queryKey: ['instance-types', group], queryFn: () => instanceTypes.list(group), enabled: group !== '' });
  const mine = (groups.data ?? []).filter((one) => one.deployment_enabled && me.groups.includes(one.name));
  const first = mine[0]?.name;
  const usual = groups.data?.find((one) => one.name === group)?.default_instance_type || types.data?.[0]?.name;
  const chosen = Form.useWatch('instanceType', form);
  useEffect(() => {
    if (isNew && !group && first) form.setFieldValue('groupId', first);
  }, [form, group, first, isNew]);
  useEffect(() => {
    const isKnown = types.data?.some((type) => type.name === chosen);
    if (isNew && usual && types.data && !isKnown) form.setFieldValue('instanceType', usual);
  }, [form, isNew, usual, chosen, types.data]);
  const isGone = !isNew && types.data && chosen && !types.data.some((type) => type.name === chosen);
  return (
    <section className="panel">
      <h2>{t('form.environment')}</h2>
      {isNew && groups.data && mine.length === 0 && <Alert className="problem" type="warning" showIcon title={t('form.noGroup')} />}
      <Form.Item name="groupId" label={t('field.group')} rules={[{ required: isNew, message: t('form.groupNeeded') }]}>
        <Select disabled={!isNew} options={(isNew ? mine : [{ name: group, display_name: '' }]).map((one) => ({ value: one.name, label: one.display_name || one.name }))} />
      </Form.Item>
      <Form.Item
        name="instanceType"
        label={t('field.instanceTypes')}
        rules={[{ required: true, message: t('form.typeNeeded') }]}
        extra={types.data?.length === 0 ? t('form.noTypes') : isGone ? <span className="bad">{t('form.typeGone', { name: chosen })}</span> : undefined}
      >
        <Radio.Group className="types">
          {(types.data ?? []).map((type) => (
            <Radio key={type.name} value={type.name}>
              <span className="type-name">{type.display_name || type.name}</span>{' '}
              <span className="muted">
                {t('form.typeSize', { cpu: cpus(type.cpu_millis, i18n.language), memory: bytes(type.memory_bytes, i18n.language), gpu: type.gpus || '-' })}
              </span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item name="replicas" label={t('field.replicas')} rules={[{ required: true, message: t('form.replicasNeeded') }]}>
        <InputNumber min={1} max={100} precision={0} />
      </Form.Item>
      <h2 className="section-next">{t('field.endpoint')}</h2>
      <Form.Item
        name="privateAccess"
        label={t('field.privateAccess')}
        valuePropName="checked"
        extra={
          <>
            {t('form.privateHint')}{' '}
            <HelpLink page="private-endpoints" isBeside>
              {t('help.private')}
            </HelpLink>
          </>
        }
      >
        <Switch />
      </Form.Item>
    </section>
  );
}
