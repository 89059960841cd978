import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { Question } from '../../ui/Question';
import { canStart, useSwitch } from './useSwitch';

// Starting is done at once; a stop ends what others may be using, so it asks.
export function SwitchButton({ deployment, size = 'middle' }: { deployment: Deployment; size?: 'small' | 'middle' }) {
  const { t } = useTranslation();
  const { isBusy, start, stop } = useSwitch();
  const { name } = deployment;
  if (canStart(deployment)) {
    return (
      <Button size={size} loading={isBusy} onClick={() => void start([deployment])} aria-label={t('list.startWhat', { name })}>
        {t('common.start')}
      </Button>
    );
  }
  return (
    <Question ask={t('list.stopAsk', { name })} onYes={() => void stop([deployment])}>
      <Button size={size} loading={isBusy} aria-label={t('list.stopWhat', { name })}>
        {t('common.stop')}
      </Button>
    </Question>
  );
}
