// What somebody sees before the pages: sign-in, the change of a password that must be changed, or
// that the server is away.
import { lazy, Suspense } from 'react';
import { RouterProvider } from 'react-router-dom';
import { retried } from '../lib/retried';
import { Waiting } from '../ui/Waiting';
import { OfflineBanner } from './OfflineBanner';
import { makeRouter } from './router';
import { useSession } from './session';
import { SignInPage } from './SignInPage';

const FirstPassword = lazy(async () => ({ default: (await retried(() => import('./FirstPassword'))).FirstPassword }));
const ExpiredDialog = lazy(async () => ({ default: (await retried(() => import('./ExpiredDialog'))).ExpiredDialog }));
const router = makeRouter();

export function Gate() {
  const { state } = useSession();
  if (state.kind === 'loading') return <Waiting />;
  if (state.kind === 'away') return <OfflineBanner always />;
  if (state.kind === 'nobody') return <SignInPage />;
  return (
    <Suspense fallback={<Waiting />}>
      {state.mustChangePassword ? <FirstPassword /> : <RouterProvider router={router} future={{ v7_startTransition: true }} />}
      {state.expired && <ExpiredDialog />}
    </Suspense>
  );
}
