import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../../app/LanguageSwitch';
import { PasswordForm } from '../../app/PasswordForm';
import { useMe } from '../../app/session';
import { ThemeSwitch } from '../../app/ThemeSwitch';
import { Facts } from '../../ui/Facts';
import { PageHead } from '../../ui/PageHead';
import { toasts } from '../../ui/toasts';

export function ProfilePage() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <>
      <PageHead title={t('nav.profile')} />
      <div className="two-columns">
        <section className="panel stack">
          <Facts
            facts={[
              [t('signIn.user'), me.user],
              [t('profile.groups'), me.groups.join(', ') || '-'],
              [t('profile.adminOf'), me.admin ? t('profile.everything') : me.admin_of.join(', ') || '-'],
            ]}
          />
          <div className="field">
            <span>{t('shell.language')}</span>
            <div>
              <LanguageSwitch />
            </div>
          </div>
          <div className="field">
            <span>{t('shell.theme')}</span>
            <div>
              <ThemeSwitch />
            </div>
          </div>
        </section>
        <section className="panel">
          <h2>{t('password.button')}</h2>
          <PasswordForm onDone={() => toasts.good(t('password.done'))} />
        </section>
      </div>
    </>
  );
}
