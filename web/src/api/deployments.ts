// Calls about deployments; the paths of /openapi.json below /deployments.
import { getAll, http } from './http';
import type {
  Client, Deployment, DryRun, HistoryEntry, IdProposal, IssuedClient, NewDeployment, Page, Replica, Revision,
  RevisionDiff, Writable,
} from './types';

export const deploymentPath = (id: string): string => `/deployments/${encodeURIComponent(id)}`;
const of = deploymentPath;

export const deployments = {
  get: (id: string) => http.get<Deployment>(of(id)),
  create: (body: NewDeployment) => http.post<Deployment>('/deployments', body),
  update: (id: string, body: Writable, generation: number) =>
    http.patch<Deployment>(of(id), body, { ifMatch: generation }),
  remove: (id: string, name: string) => http.remove(of(id), { query: { confirm: name } }),
  start: (id: string) => http.post<Deployment>(`${of(id)}/start`),
  stop: (id: string) => http.post<Deployment>(`${of(id)}/stop`),
  dryRunCreate: (body: NewDeployment, signal?: AbortSignal) =>
    http.post<DryRun>('/deployments/dry-run', body, { ...(signal && { signal }) }),
  dryRunUpdate: (id: string, body: Writable, signal?: AbortSignal) =>
    http.post<DryRun>(`${of(id)}/dry-run`, body, { ...(signal && { signal }) }),
  availability: (id: string) => http.get<IdProposal>('/deployments/availability', { id }),
  replicas: (id: string) => http.get<Page<Replica>>(`${of(id)}/replicas`).then((page) => page.items),
  history: (id: string, cursor?: string) =>
    http.get<Page<HistoryEntry>>(`${of(id)}/history`, { limit: 200, cursor }),
  revisions: (id: string) => getAll<Revision>(`${of(id)}/revisions`),
  revision: (id: string, number: number) => http.get<Revision>(`${of(id)}/revisions/${number}`),
  diff: (id: string, number: number, against: number) =>
    http.get<RevisionDiff>(`${of(id)}/revisions/${number}/diff`, { against }),
  rollback: (id: string, revision: number, message: string) =>
    http.post<Deployment>(`${of(id)}/rollback`, { revision, ...(message && { message }) }),
  tag: (id: string, revision: number, tag: string) => http.put(`${of(id)}/revisions/${revision}/tag`, { tag }),
  untag: (id: string, revision: number) => http.remove(`${of(id)}/revisions/${revision}/tag`),
  clients: (id: string) => http.get<Page<Client>>(`${of(id)}/clients`).then((page) => page.items),
  addClient: (id: string, body: { name: string; expires_at?: string | null; requests_per_minute?: number | null }) =>
    http.post<IssuedClient>(`${of(id)}/clients`, body),
  rotateClient: (id: string, name: string, overlap: number) =>
    http.post<IssuedClient>(`${of(id)}/clients/${encodeURIComponent(name)}/rotate`, { overlap_seconds: overlap }),
  removeClient: (id: string, name: string) => http.remove(`${of(id)}/clients/${encodeURIComponent(name)}`),
};
