import { useTranslation } from 'react-i18next';

export function Waiting() {
  const { t } = useTranslation();
  return (
    <div className="waiting" role="status">
      {t('common.loading')}
    </div>
  );
}
