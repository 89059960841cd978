import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { secrets } from '../../api/people';
import { HelpLink } from '../../ui/HelpLink';
import { IdField } from './IdField';

const NAME = /^\s*\S/;

export function DetailsSection({ group, isNew }: { group: string; isNew: boolean }) {
  const { t } = useTranslation();
  const all = useQuery({ queryKey: ['secrets'], queryFn: secrets.list });
  const usable = (all.data ?? []).filter((secret) => secret.group === null || secret.group === group);
  return (
    <section className="panel">
      <h2>{t('form.details')}</h2>
      <Form.Item name="name" label={t('field.name')} rules={[{ required: isNew, pattern: NAME, message: t('form.nameNeeded') }]}>
        <Input disabled={!isNew} autoFocus={isNew} />
      </Form.Item>
      {isNew ? (
        <IdField />
      ) : (
        <Form.Item name="id" label={t('field.id')}>
          <Input disabled />
        </Form.Item>
      )}
      <Form.Item
        name="modelImage"
        label={t('field.modelImage')}
        rules={[{ required: true, whitespace: true, message: t('form.imageNeeded') }]}
        extra={
          <>
            {t('form.imageHint')}{' '}
            <HelpLink page="package-a-model" isBeside>
              {t('help.package')}
            </HelpLink>
          </>
        }
      >
        <Input spellCheck={false} placeholder="registry.example/team/model:1" />
      </Form.Item>
      <Form.Item name="imagePullSecret" label={t('field.imagePullSecret')}>
        <Select
          allowClear
          placeholder={t('form.selectSecret')}
          notFoundContent={t('form.noSecrets')}
          options={[...new Set(usable.map((secret) => secret.name))].map((name) => ({ value: name, label: name }))}
        />
      </Form.Item>
      <Form.Item name="description" label={t('field.description')}>
        <Input.TextArea rows={4} />
      </Form.Item>
    </section>
  );
}
