import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';

// A state that the address keeps: what is typed shows at once (also while an input method composes), and the address
// follows. A change of the address that is not ours, such as Back, is taken over. `read` and `write` stay the same functions.
export function useAddressState<State>(read: (query: URLSearchParams) => State, write: (state: State) => URLSearchParams): [State, (next: State) => void] {
  const [query, setQuery] = useSearchParams();
  const [state, setState] = useState(() => read(query));
  // What we wrote and the address has not reached yet: it comes later than what is typed.
  const pending = useRef<string[]>([]);
  const address = query.toString();
  const seen = useRef(address);
  useEffect(() => {
    if (seen.current === address) return;
    seen.current = address;
    const at = pending.current.lastIndexOf(address);
    pending.current = pending.current.slice(at + 1);
    if (at < 0) setState(read(new URLSearchParams(address)));
  }, [address, read]);
  const change = (next: State) => {
    setState(next);
    const params = write(next);
    pending.current.push(params.toString());
    setQuery(params, { replace: true });
  };
  return [state, change];
}
