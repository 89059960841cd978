// Who is signed in. The flag in localStorage only spares a question whose answer would be "nobody";
// what counts is the cookie, which no script can read.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, startTransition, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { listen, setCsrfToken } from '../api/http';
import { session as calls } from '../api/people';
import { hasStatus } from '../api/problem';
import type { Me, Session } from '../api/types';

const FLAG = 'slipway.signed-in';

export type SessionState =
  | { kind: 'loading' }
  | { kind: 'away' }
  | { kind: 'nobody' }
  // `expired`: the pages stay as they are under the sign-in dialog, so that no form is lost.
  | { kind: 'somebody'; me: Me; mustChangePassword: boolean; expired: boolean };

interface SessionContext {
  state: SessionState;
  signIn: (user: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  changePassword: (before: string, after: string) => Promise<void>;
  reload: () => Promise<void>;
}

const Context = createContext<SessionContext | null>(null);

export function expectSession(): void {
  localStorage.setItem(FLAG, '1');
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ kind: 'loading' });
  const client = useQueryClient();

  const adopt = useCallback(async (session: Session) => {
    setCsrfToken(session.csrf_token);
    localStorage.setItem(FLAG, '1');
    const me = await calls.me();
    // The pages are drawn in slices that leave the browser room for what the person does meanwhile.
    startTransition(() => setState({ kind: 'somebody', me, mustChangePassword: session.must_change_password ?? false, expired: false }));
  }, []);

  const reload = useCallback(async () => {
    if (localStorage.getItem(FLAG) === null) {
      setState({ kind: 'nobody' });
      return;
    }
    try {
      await adopt(await calls.get());
    } catch (error) {
      if (!hasStatus(error, 401)) {
        setState((now) => (now.kind === 'somebody' ? now : { kind: 'away' }));
        return;
      }
      localStorage.removeItem(FLAG);
      setState((now) => (now.kind === 'somebody' ? { ...now, expired: true } : { kind: 'nobody' }));
    }
  }, [adopt]);

  useEffect(() => {
    listen({ unauthenticated: () => setState((now) => (now.kind === 'somebody' ? { ...now, expired: true } : now)) });
    void reload();
  }, [reload]);

  const value = useMemo<SessionContext>(
    () => ({
      state,
      reload,
      signIn: async (user, password) => {
        const before = state.kind === 'somebody' ? state.me.user : undefined;
        await adopt(await calls.signIn(user, password));
        // Somebody else must not see what the last one had on the page.
        if (before !== undefined && before !== user) window.location.assign('/');
        else await client.invalidateQueries();
      },
      signOut: async () => {
        await calls.signOut().catch(() => undefined);
        localStorage.removeItem(FLAG);
        client.clear();
        setState({ kind: 'nobody' });
      },
      changePassword: async (before, after) => adopt(await calls.changePassword(before, after)),
    }),
    [state, reload, adopt, client],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useSession(): SessionContext {
  const context = useContext(Context);
  if (!context) throw new Error('useSession outside of SessionProvider');
  return context;
}

// On pages that only people who are signed in see.
export function useMe(): Me {
  const { state } = useSession();
  if (state.kind !== 'somebody') throw new Error('useMe without a session');
  return state.me;
}
