// What the list shows, as the address bar keeps it, and which deployments that is.
import type { Deployment, Phase } from '../api/types';

export const PHASES: readonly Phase[] = ['Deployed', 'Deploying', 'Failed', 'Stopping', 'Stopped'];

export interface ListFilters {
  search: string;
  groups: string[];
  phases: Phase[];
  mine: boolean;
  view: 'cards' | 'table';
}

export function readFilters(query: URLSearchParams): ListFilters {
  return {
    search: query.get('search') ?? '',
    groups: query.getAll('group'),
    phases: query.getAll('status').filter((word): word is Phase => PHASES.some((phase) => phase === word)),
    mine: query.get('mine') === '1',
    view: query.get('view') === 'table' ? 'table' : 'cards',
  };
}

export function writeFilters(filters: ListFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.search) query.set('search', filters.search);
  filters.groups.forEach((group) => query.append('group', group));
  filters.phases.forEach((phase) => query.append('status', phase));
  if (filters.mine) query.set('mine', '1');
  if (filters.view === 'table') query.set('view', 'table');
  return query;
}

export function isFiltered(filters: ListFilters): boolean {
  return filters.search !== '' || filters.groups.length > 0 || filters.phases.length > 0 || filters.mine;
}

// Newest change first; among equals by id, so that nothing jumps.
export function shown(all: Iterable<Deployment>, filters: ListFilters, user: string): Deployment[] {
  const wanted = filters.search.trim().toLowerCase();
  const out: Deployment[] = [];
  for (const one of all) {
    if (filters.groups.length > 0 && !filters.groups.includes(one.group)) continue;
    if (filters.phases.length > 0 && !filters.phases.includes(one.status.phase)) continue;
    if (filters.mine && one.updated_by !== user) continue;
    if (wanted && !one.id.includes(wanted) && !one.name.toLowerCase().includes(wanted)) continue;
    out.push(one);
  }
  return out.sort((a, b) => (b.updated_at ?? '').localeCompare(a.updated_at ?? '') || a.id.localeCompare(b.id));
}
