import { createBrowserRouter, Navigate } from 'react-router-dom';
import { retried } from '../lib/retried';
import { ErrorPage } from './ErrorPage';
import { Shell } from './Shell';

// Every page is fetched when it is first gone to.
export function makeRouter() {
  return createBrowserRouter(
    [
      {
        element: <Shell />,
        errorElement: <ErrorPage />,
        children: [
          {
            errorElement: <ErrorPage />,
            children: [
              { index: true, element: <Navigate to="/deployments" replace /> },
              { path: 'deployments', lazy: async () => ({ Component: (await retried(() => import('../pages/deployments/ListPage'))).ListPage }) },
              { path: 'deployments/create', lazy: async () => ({ Component: (await retried(() => import('../pages/form/CreatePage'))).CreatePage }) },
              { path: 'deployments/:id/edit', lazy: async () => ({ Component: (await retried(() => import('../pages/form/UpdatePage'))).UpdatePage }) },
              { path: 'deployments/:id/:tab?', lazy: async () => ({ Component: (await retried(() => import('../pages/detail/DetailPage'))).DetailPage }) },
              { path: 'profile', lazy: async () => ({ Component: (await retried(() => import('../pages/profile/ProfilePage'))).ProfilePage }) },
              { path: 'tokens', lazy: async () => ({ Component: (await retried(() => import('../pages/profile/TokensPage'))).TokensPage }) },
              { path: 'admin/:tab?/:name?', lazy: async () => ({ Component: (await retried(() => import('../pages/admin/AdminPage'))).AdminPage }) },
              { path: 'help/:page?', lazy: async () => ({ Component: (await retried(() => import('../pages/help/HelpPage'))).HelpPage }) },
              { path: '*', lazy: async () => ({ Component: (await retried(() => import('./NothingHere'))).NothingHere }) },
            ],
          },
        ],
      },
    ],
    {
      future: {
        v7_relativeSplatPath: true,
        v7_fetcherPersist: true,
        v7_normalizeFormMethod: true,
        v7_partialHydration: true,
        v7_skipActionErrorRevalidation: true,
      },
    },
  );
}
