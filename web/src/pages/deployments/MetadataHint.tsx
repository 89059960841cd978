import { Popover } from 'antd';
import { useTranslation } from 'react-i18next';

const MOST = 50;

export function MetadataHint({ metadata }: { metadata: Record<string, string> }) {
  const { t } = useTranslation();
  const pairs = Object.entries(metadata);
  if (pairs.length === 0) return <>-</>;
  const content = (
    <dl className="pairs">
      {pairs.slice(0, MOST).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {pairs.length > MOST && <div>{t('list.more', { count: pairs.length - MOST })}</div>}
    </dl>
  );
  return (
    <Popover content={content}>
      <button type="button" className="link-button">
        {t('common.view')}
      </button>
    </Popover>
  );
}
