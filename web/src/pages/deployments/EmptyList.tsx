import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { CopyButton } from '../../ui/CopyButton';
import { HelpLink } from '../../ui/HelpLink';

const FIRST = 'slipway deployments create "My model" --image registry.example/my-model:1 --wait';

export function EmptyList({ isFiltered, onReset }: { isFiltered: boolean; onReset: () => void }) {
  const { t } = useTranslation();
  if (isFiltered) {
    return (
      <div className="empty">
        <p>{t('list.nothingFound')}</p>
        <Button onClick={onReset}>{t('list.reset')}</Button>
      </div>
    );
  }
  return (
    <div className="empty">
      <h2>{t('list.emptyTitle')}</h2>
      <p>{t('list.emptyText')}</p>
      <Link to="/deployments/create">
        <Button type="primary" tabIndex={-1}>
          {t('list.create')}
        </Button>
      </Link>
      <HelpLink page="quick-start">{t('help.quickStart')}</HelpLink>
      <p className="muted">{t('list.emptyCli')}</p>
      <div className="code-line">
        <code>{FIRST}</code>
        <CopyButton text={FIRST} what={t('common.command')} />
      </div>
    </div>
  );
}
