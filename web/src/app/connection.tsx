// Is the server there? Any call that finds it away starts asking until it is back; then everything
// that is shown is fetched anew. Forms keep what was typed meanwhile.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { listen } from '../api/http';

const ASK_EVERY_MS = 2000;
const Context = createContext(false);

export function ConnectionProvider({ children }: { children: ReactNode }) {
  const [isAway, setAway] = useState(false);
  const client = useQueryClient();
  useEffect(() => listen({ away: () => setAway(true) }), []);
  useEffect(() => {
    if (!isAway) return;
    const timer = setInterval(() => {
      fetch('/readyz')
        .then((reply) => {
          if (!reply.ok) return;
          setAway(false);
          void client.invalidateQueries();
        })
        .catch(() => undefined);
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isAway, client]);
  return <Context.Provider value={isAway}>{children}</Context.Provider>;
}

export const useIsAway = (): boolean => useContext(Context);
