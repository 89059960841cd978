import { readFilters, writeFilters, type ListFilters } from '../../lib/listFilters';
import { useAddressState } from '../../ui/useAddressState';

export function useFilters(): [ListFilters, (next: ListFilters) => void] {
  return useAddressState(readFilters, writeFilters);
}
