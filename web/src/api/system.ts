// How the installation is, for administrators.
import { http } from './http';
import type { SystemReport } from './types';

export interface Readiness {
  ready: boolean;
  parts: Record<string, string>;
}

export interface MetricTargets {
  targets: string[];
  labels: Record<string, string>;
}

export const system = {
  get: () => http.get<SystemReport>('/system'),
  // 503 when a part is missing, and then the answer says which.
  readiness: async (): Promise<Readiness> => (await (await fetch('/readyz')).json()) as Readiness,
  targets: () => http.get<MetricTargets[]>('/metrics/targets'),
};
