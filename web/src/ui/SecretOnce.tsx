import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './CopyButton';

// Something that the server tells this once.
export function SecretOnce({ id, label, warning, secret }: { id: string; label: string; warning: string; secret: string }) {
  const { t } = useTranslation();
  return (
    <div className="stack-small token-once">
      <Alert type="warning" showIcon title={warning} />
      <label htmlFor={id}>{label}</label>
      <div className="code-line">
        <input id={id} className="token" readOnly value={secret} onFocus={(event) => event.target.select()} />
        <CopyButton text={secret} what={label} label={t('common.copy')} />
      </div>
    </div>
  );
}
