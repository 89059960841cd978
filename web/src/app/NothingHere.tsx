import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { usePageTitle } from '../ui/usePageTitle';

export function NothingHere() {
  const { t } = useTranslation();
  usePageTitle(t('error.notFound'));
  return (
    <div className="empty">
      <h1>{t('error.notFound')}</h1>
      <p>{t('error.notFoundWhat')}</p>
      <Link to="/deployments">{t('nav.deployments')}</Link>
    </div>
  );
}
