import EyeInvisibleOutlined from '@ant-design/icons/EyeInvisibleOutlined';
import EyeOutlined from '@ant-design/icons/EyeOutlined';
import PlusOutlined from '@ant-design/icons/PlusOutlined';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { merged, parsePasted, type Pair } from '../../lib/pairs';
import { PairList } from './PairList';

interface PairRowsProps {
  field: 'env' | 'metadata';
  title: string;
  hint: string;
  nameWord: string;
  valueWord: string;
  isSecret: boolean;
}

// Rows of names and values. Secret ones are masked until somebody wants to see them.
export function PairRows({ field, title, hint, nameWord, valueWord, isSecret }: PairRowsProps) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const [isShown, setShown] = useState(!isSecret);
  const [pasted, setPasted] = useState<string | null>(null);
  const take = () => {
    const now = (form.getFieldValue(field) ?? []) as Pair[];
    form.setFieldValue(field, merged(now, parsePasted(pasted ?? '')));
    setPasted(null);
  };
  return (
    <section className="panel">
      <div className="section-head">
        <h2>{title}</h2>
        <div className="row">
          {isSecret && (
            <Button size="small" icon={isShown ? <EyeInvisibleOutlined aria-hidden /> : <EyeOutlined aria-hidden />} onClick={() => setShown(!isShown)}>
              {isShown ? t('form.hideValues') : t('form.showValues')}
            </Button>
          )}
          <Button size="small" onClick={() => setPasted(pasted === null ? '' : null)} aria-expanded={pasted !== null}>
            {t('form.paste')}
          </Button>
        </div>
      </div>
      <p className="muted">{hint}</p>
      {pasted !== null && (
        <div className="stack-small">
          <Input.TextArea
            aria-label={t('form.paste')}
            rows={4}
            autoFocus
            placeholder={'NAME=value\nOTHER=value'}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
          <div>
            <Button onClick={take}>{t('form.pasteTake')}</Button>
          </div>
        </div>
      )}
      <Form.List name={field}>
        {(rows, { add, remove }) => (
          <div className="stack-small">
            <PairList rows={rows} title={title} nameWord={nameWord} valueWord={valueWord} isShown={isShown} onRemove={remove} />
            <div>
              <Button icon={<PlusOutlined aria-hidden />} onClick={() => add({ name: '', value: '' })}>
                {t('form.addField')}
              </Button>
            </div>
          </div>
        )}
      </Form.List>
    </section>
  );
}
