import { useTranslation } from 'react-i18next';
import { Brand } from './Brand';
import { PasswordForm } from './PasswordForm';

export function FirstPassword() {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <div className="sign-in-panel">
        <Brand />
        <h1>{t('password.first')}</h1>
        <p className="muted">{t('password.firstWhy')}</p>
        <PasswordForm />
      </div>
    </main>
  );
}
