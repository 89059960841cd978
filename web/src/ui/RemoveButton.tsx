import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Question } from './Question';

export function RemoveButton({ name, ask, onRemove }: { name: string; ask: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Question ask={ask} onYes={onRemove}>
      <Button size="small" danger aria-label={t('common.removeWhat', { name })}>
        {t('common.remove')}
      </Button>
    </Question>
  );
}
