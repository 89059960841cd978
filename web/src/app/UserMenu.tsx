import UserOutlined from '@ant-design/icons/UserOutlined';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { LanguageSwitch } from './LanguageSwitch';
import { useMe, useSession } from './session';
import { ThemeSwitch } from './ThemeSwitch';

export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const { signOut } = useSession();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const content = (
    <div className="user-menu" role="dialog" aria-label={me.user}>
      <div>
        <strong>{me.user}</strong>
        <div className="muted">{me.groups.join(', ')}</div>
      </div>
      <LanguageSwitch />
      <ThemeSwitch />
      <Link to="/profile" onClick={close}>
        {t('nav.profile')}
      </Link>
      <Link to="/tokens" onClick={close}>
        {t('nav.tokens')}
      </Link>
      <Button onClick={() => void signOut()}>{t('nav.signOut')}</Button>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight" open={isOpen} onOpenChange={setOpen}>
      <Button type="text" icon={<UserOutlined aria-hidden />} aria-haspopup="dialog" aria-expanded={isOpen} className="top-user">
        {me.user}
      </Button>
    </Popover>
  );
}
