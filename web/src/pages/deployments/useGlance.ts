import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metrics, type Glance } from '../../api/metrics';
import { useDelayed } from '../../lib/useDelayed';

export type GlanceOf = Glance['deployments'][number];

// While somebody scrolls nothing is asked for.
const SETTLED_MS = 250;

// The last hour of the deployments on the screen, by id.
export function useGlance(onScreen: readonly string[]): ReadonlyMap<string, GlanceOf> {
  const ids = useDelayed(onScreen.join(' '), SETTLED_MS);
  const query = useQuery({
    queryKey: ['glance', ids],
    queryFn: () => metrics.glance(ids.split(' ')),
    enabled: ids !== '',
    refetchInterval: 30_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => new Map((query.data?.deployments ?? []).map((one) => [one.id, one])), [query.data]);
}
