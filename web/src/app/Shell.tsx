import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router-dom';
import { Toasts } from '../ui/Toasts';
import { Waiting } from '../ui/Waiting';
import { Brand } from './Brand';
import { OfflineBanner } from './OfflineBanner';
import { useMe } from './session';
import { UserMenu } from './UserMenu';

export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const administers = me.admin || me.admin_of.length > 0;
  return (
    <>
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      <header className="top">
        <Link to="/deployments" className="top-brand" aria-label="Slipway">
          <Brand />
        </Link>
        <nav aria-label={t('nav.label')}>
          <NavLink to="/deployments">{t('nav.deployments')}</NavLink>
          {administers && <NavLink to="/admin">{t('nav.admin')}</NavLink>}
          <NavLink to="/help">{t('nav.help')}</NavLink>
        </nav>
        <UserMenu />
      </header>
      <OfflineBanner />
      <main className="page" id="content" tabIndex={-1}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <Toasts />
      <ScrollRestoration getKey={(location) => location.pathname} />
    </>
  );
}
