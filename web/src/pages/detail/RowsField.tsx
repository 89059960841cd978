import { Input, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { TensorForm } from '../../lib/playground';
import { Field } from '../../ui/Field';

export interface RowsValue {
  text: string;
  form: TensorForm;
  names: string;
}

// Numbers without their JSON: rows, what the columns are called, and the form that the model wants.
export function RowsField({ value, onChange }: { value: RowsValue; onChange: (value: RowsValue) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Segmented
        size="small"
        aria-label={t('playground.form')}
        value={value.form}
        options={['ndarray', 'tensor']}
        onChange={(form) => onChange({ ...value, form: form as TensorForm })}
      />
      <Field id="playground-names" label={t('playground.names')}>
        <Input id="playground-names" className="mono" spellCheck={false} placeholder="sepal_length, sepal_width" value={value.names} onChange={(event) => onChange({ ...value, names: event.target.value })} />
      </Field>
      <Field id="playground-rows" label={t('playground.rows')} hint={t('playground.rowsHint', { form: value.form })}>
        <Input.TextArea id="playground-rows" className="mono" rows={8} spellCheck={false} value={value.text} onChange={(event) => onChange({ ...value, text: event.target.value })} />
      </Field>
    </>
  );
}
