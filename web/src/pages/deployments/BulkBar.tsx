import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { Question } from '../../ui/Question';
import { canStart, useSwitch } from './useSwitch';

export function BulkBar({ chosen, onDone }: { chosen: Deployment[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { isBusy, start, stop } = useSwitch();
  if (chosen.length === 0) return null;
  const stopped = chosen.filter(canStart);
  const running = chosen.filter((one) => !canStart(one));
  return (
    <div className="bulk" role="region" aria-label={t('list.bulk')}>
      <span>{t('list.chosen', { count: chosen.length })}</span>
      <Button loading={isBusy} disabled={stopped.length === 0} onClick={() => void start(stopped).then(onDone)}>
        {t('list.bulkStart', { count: stopped.length })}
      </Button>
      <Question ask={t('list.bulkStopAsk', { count: running.length })} onYes={() => void stop(running).then(onDone)}>
        <Button loading={isBusy} disabled={running.length === 0}>
          {t('list.bulkStop', { count: running.length })}
        </Button>
      </Question>
      <Button type="text" onClick={onDone}>
        {t('list.bulkNone')}
      </Button>
    </div>
  );
}
