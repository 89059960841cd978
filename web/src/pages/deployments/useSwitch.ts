import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deploymentFeed } from '../../api/deploymentFeed';
import { deployments } from '../../api/deployments';
import type { Deployment } from '../../api/types';
import { toasts } from '../../ui/toasts';

export const canStart = (deployment: Deployment): boolean =>
  deployment.status.phase === 'Stopped' || deployment.status.phase === 'Stopping';

// Starts or stops several, and says of each that was refused why.
export function useSwitch(): { isBusy: boolean; start: (list: Deployment[]) => Promise<void>; stop: (list: Deployment[]) => Promise<void> } {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const each = async (list: Deployment[], act: (id: string) => Promise<Deployment>) => {
    setBusy(true);
    for (const one of list) {
      try {
        deploymentFeed.put(await act(one.id));
      } catch (error) {
        toasts.bad(t('list.refused', { name: one.name, why: error instanceof Error ? error.message : String(error) }));
      }
    }
    setBusy(false);
  };
  return { isBusy, start: (list) => each(list, deployments.start), stop: (list) => each(list, deployments.stop) };
}
