import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAway } from './connection';
import { useSession } from './session';

export function OfflineBanner({ always = false }: { always?: boolean }) {
  const { t } = useTranslation();
  const isAway = useIsAway();
  const { reload } = useSession();
  useEffect(() => {
    if (always && !isAway) void reload();
  }, [always, isAway, reload]);
  if (!isAway && !always) return null;
  return (
    <div className="offline" role="alert">
      {t('shell.offline')}
    </div>
  );
}
