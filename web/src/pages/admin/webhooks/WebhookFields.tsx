import { Checkbox, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { NOTICES, type WebhookSettings } from '../../../api/webhooks';
import { Field } from '../../../ui/Field';
import { useNoticeName } from './useNoticeName';

interface WebhookFieldsProps {
  value: WebhookSettings;
  onChange: (value: WebhookSettings) => void;
  // What the server said of a field.
  errors: Record<string, string>;
}

export function WebhookFields({ value, onChange, errors }: WebhookFieldsProps) {
  const { t } = useTranslation();
  const nameOf = useNoticeName();
  const error = (field: string) => (errors[field] ? { error: errors[field] } : {});
  return (
    <>
      <Field id="webhook-name" label={t('list.name')} {...error('name')}>
        <Input id="webhook-name" required maxLength={80} value={value.name} onChange={(event) => onChange({ ...value, name: event.target.value })} />
      </Field>
      <Field id="webhook-url" label={t('webhooks.url')} hint={t('webhooks.urlHint')} {...error('url')}>
        <Input
          id="webhook-url"
          type="url"
          required
          spellCheck={false}
          placeholder="https://hooks.example/slipway"
          value={value.url}
          onChange={(event) => onChange({ ...value, url: event.target.value })}
        />
      </Field>
      <fieldset className="field">
        <legend>{t('webhooks.events')}</legend>
        <Checkbox.Group
          className="choices"
          value={value.events}
          onChange={(events) => onChange({ ...value, events })}
          options={NOTICES.map((type) => ({ value: type, label: nameOf(type) }))}
        />
        {errors.events && (
          <div className="field-error" role="alert">
            {errors.events}
          </div>
        )}
      </fieldset>
    </>
  );
}
