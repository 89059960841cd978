import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metrics, type Glance } from '../../api/metrics';

export type GlanceOf = Glance['deployments'][number];

// The last hour of every deployment, by id; asked once for the whole list.
export function useGlance(): ReadonlyMap<string, GlanceOf> {
  const query = useQuery({ queryKey: ['glance'], queryFn: metrics.glance, refetchInterval: 30_000, retry: false });
  return useMemo(() => new Map((query.data?.deployments ?? []).map((one) => [one.id, one])), [query.data]);
}
