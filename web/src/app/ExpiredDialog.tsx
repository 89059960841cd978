import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { SignInForm } from './SignInForm';
import { useMe } from './session';

// Above the page that one was on, which keeps everything that was typed.
export function ExpiredDialog() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Modal open title={t('signIn.expired')} footer={null} closable={false} width={400} maskClosable={false} keyboard={false}>
      <p className="muted">{t('signIn.expiredWhy')}</p>
      <SignInForm user={me.user} />
    </Modal>
  );
}
