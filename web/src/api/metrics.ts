// The history of metrics: of one deployment as series, and of all at a glance.
import { deploymentPath } from './deployments';
import { http } from './http';

export interface MetricSeries {
  name: string;
  unit: string;
  labels: Record<string, string>;
  values: (number | null)[];
}

export interface MetricHistory {
  from: string;
  to: string;
  step_s: number;
  times: number[];
  series: MetricSeries[];
  problem?: string | null;
}

export interface Glance {
  times: number[];
  deployments: { id: string; qps: (number | null)[]; latency_p95: (number | null)[] }[];
}

export type MetricSplit = 'none' | 'version' | 'client' | 'replica';
export const SPLITS: readonly MetricSplit[] = ['none', 'version', 'client', 'replica'];

export const metrics = {
  history: (id: string, from: string, by: MetricSplit) => http.get<MetricHistory>(`${deploymentPath(id)}/metrics`, { from, by }),
  glance: (ids: string[]) => http.get<Glance>('/metrics/deployments', { id: ids }),
};
