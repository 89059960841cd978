import { describe, expect, it } from 'vitest';
import type { Deployment } from '../api/types';
import { isFiltered, readFilters, shown, writeFilters } from './listFilters';

function deployment(id: string, more: Partial<Deployment> = {}): Deployment {
  return {
    id, name: id, group: 'vision', updated_by: 'ada', updated_at: '2026-01-01T00:00:00Z',
    status: { phase: 'Deployed', reason: '', since: null, ready_replicas: 1, wanted_replicas: 1, serving_revision: 1, trouble: null },
    ...more,
  } as Deployment;
}

const none = readFilters(new URLSearchParams());

describe('filters in the address bar', () => {
  it('are the same after a round trip', () => {
    const query = 'search=a%26b&group=vision&group=%E8%A6%96%E8%A6%BA&status=Failed&mine=1&view=table';
    expect(writeFilters(readFilters(new URLSearchParams(query))).toString()).toBe(query);
  });
  it('are left out when nothing is filtered', () => {
    expect(writeFilters(none).toString()).toBe('');
    expect(isFiltered(none)).toBe(false);
    expect(isFiltered({ ...none, mine: true })).toBe(true);
  });
  it('ignore what is no status', () => {
    expect(readFilters(new URLSearchParams('status=Broken&status=Failed')).phases).toEqual(['Failed']);
  });
});

describe('what is shown', () => {
  const all = [
    deployment('iris', { name: 'Iris 花', updated_at: '2026-01-02T00:00:00Z' }),
    deployment('mnist', { group: 'speech', updated_by: 'bob' }),
  ];
  const ids = (filters: Partial<typeof none>) => shown(all, { ...none, ...filters }, 'ada').map((one) => one.id);

  it('is everything, the newest change first', () => expect(ids({})).toEqual(['iris', 'mnist']));
  it('finds names and ids in any case', () => {
    expect(ids({ search: ' IRIS' })).toEqual(['iris']);
    expect(ids({ search: '花' })).toEqual(['iris']);
    expect(ids({ search: 'mni' })).toEqual(['mnist']);
  });
  it('keeps to groups, status and own ones', () => {
    expect(ids({ groups: ['speech'] })).toEqual(['mnist']);
    expect(ids({ phases: ['Failed'] })).toEqual([]);
    expect(ids({ mine: true })).toEqual(['iris']);
  });
});
