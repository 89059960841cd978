import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { pagePopup } from './pagePopup';

export function RemoveButton({ name, ask, onRemove }: { name: string; ask: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Popconfirm title={ask} getPopupContainer={pagePopup} okText={t('common.yes')} cancelText={t('common.no')} onConfirm={onRemove}>
      <Button size="small" danger aria-label={t('common.removeWhat', { name })}>
        {t('common.remove')}
      </Button>
    </Popconfirm>
  );
}
