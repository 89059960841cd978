import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { readFilters, writeFilters, type ListFilters } from '../../lib/listFilters';

// The filters: what is typed shows at once (also while an input method composes), and the address follows. A
// change of the address that is not ours, such as Back, is taken over.
export function useFilters(): [ListFilters, (next: ListFilters) => void] {
  const [query, setQuery] = useSearchParams();
  const [filters, setFilters] = useState(() => readFilters(query));
  // What we wrote and the address has not reached yet: it comes later than what is typed.
  const pending = useRef<string[]>([]);
  const address = query.toString();
  useEffect(() => {
    const at = pending.current.lastIndexOf(address);
    pending.current = pending.current.slice(at + 1);
    if (at < 0) setFilters(readFilters(new URLSearchParams(address)));
  }, [address]);
  const change = (next: ListFilters) => {
    setFilters(next);
    const params = writeFilters(next);
    pending.current.push(params.toString());
    setQuery(params, { replace: true });
  };
  return [filters, change];
}
