import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import { ID_PATTERN, idFromName, randomSuffix } from '../../lib/deploymentId';
import { useDelayed } from '../../lib/useDelayed';
import type { FormValues } from './formValues';

// The id, made from the name as one types, or one's own, which the server is asked about.
export function IdField() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<FormValues>();
  const name = Form.useWatch('name', form) ?? '';
  const ownId = Form.useWatch('ownId', form) ?? false;
  const id = Form.useWatch('id', { form, preserve: true }) ?? '';
  const [suffix] = useState(() => randomSuffix());
  useEffect(() => {
    if (!ownId) form.setFieldValue('id', idFromName(name, suffix) || (name.trim() ? `model-${suffix}` : ''));
  }, [form, name, ownId, suffix]);
  const settled = useDelayed(id, 400);
  const isAsked = ownId && ID_PATTERN.test(settled);
  const check = useQuery({ queryKey: ['availability', settled], queryFn: () => deployments.availability(settled), enabled: isAsked });
  const isTaken = isAsked && check.data?.available === false;
  const isFree = isAsked && check.data?.available === true && settled === id;
  return (
    <Form.Item label={t('field.id')} htmlFor="id" required extra={isFree ? t('form.idFree') : t('form.idHint')}>
      <div className="id-row">
        <Form.Item name="ownId" valuePropName="checked" noStyle>
          <Checkbox>{t('form.ownId')}</Checkbox>
        </Form.Item>
        <Form.Item
          name="id"
          noStyle
          {...(isTaken && { validateStatus: 'error' as const })}
          rules={[{ pattern: ID_PATTERN, message: t('form.idPattern') }]}
        >
          <Input disabled={!ownId} status={isTaken ? 'error' : ''} spellCheck={false} />
        </Form.Item>
      </div>
      {isTaken && (
        <div className="field-error" role="alert">
          {t('form.idTaken')}
        </div>
      )}
    </Form.Item>
  );
}
