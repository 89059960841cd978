import { useTranslation } from 'react-i18next';

// Whether a part answers, and in its own words why not.
export function PartState({ problem }: { problem: string | null }) {
  const { t } = useTranslation();
  return <span className={problem ? 'bad' : 'good'}>{problem ?? t('system.works')}</span>;
}
