import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { deployments } from '../../api/deployments';
import type { DryRun } from '../../api/types';
import { useDelayed } from '../../lib/useDelayed';
import { newDeploymentOf, settingsOf, type FormValues } from './formValues';

const SETTLE_MS = 500;

// What the server says would happen, asked again whenever the form rests. `existing`: the id of what
// would be changed; without it, something new.
export function useDryRun(values: FormValues, existing?: string): { result: DryRun | undefined; isOld: boolean; error: unknown } {
  const text = useDelayed(JSON.stringify(values), SETTLE_MS);
  const asked = JSON.parse(text) as FormValues;
  const isReady = asked.modelImage.trim() !== '' && (existing !== undefined || (asked.name.trim() !== '' && asked.groupId !== ''));
  const query = useQuery({
    queryKey: ['dry-run', existing, text],
    queryFn: ({ signal }) => {
      if (existing !== undefined) return deployments.dryRunUpdate(existing, settingsOf(asked), signal);
      const { id, ...rest } = newDeploymentOf(asked);
      return deployments.dryRunCreate(id ? { id, ...rest } : rest, signal);
    },
    enabled: isReady,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return {
    result: isReady ? query.data : undefined,
    isOld: query.isPlaceholderData || text !== JSON.stringify(values),
    error: query.error,
  };
}
