import { useTranslation } from 'react-i18next';
import { Brand } from './Brand';
import { LanguageSwitch } from './LanguageSwitch';
import { OfflineBanner } from './OfflineBanner';
import { SignInForm } from './SignInForm';

export function SignInPage() {
  const { t } = useTranslation();
  return (
    <>
      <OfflineBanner />
      <main className="sign-in">
        <div className="sign-in-panel">
          <Brand />
          <h1>{t('signIn.title')}</h1>
          <SignInForm />
          <LanguageSwitch />
        </div>
      </main>
    </>
  );
}
