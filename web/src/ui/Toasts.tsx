import CloseOutlined from '@ant-design/icons/CloseOutlined';
import { Button } from 'antd';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { dismiss, toasts } from './toasts';

export function Toasts() {
  const { t } = useTranslation();
  const list = useSyncExternalStore(toasts.subscribe, toasts.current);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <div key={toast.key} className={`toast toast-${toast.kind}`}>
          <span>
            {toast.text}{' '}
            {toast.link && (
              <Link to={toast.link.to} onClick={() => dismiss(toast.key)}>
                {toast.link.text}
              </Link>
            )}
          </span>
          <Button type="text" size="small" icon={<CloseOutlined aria-hidden />} aria-label={t('common.close')} onClick={() => dismiss(toast.key)} />
        </div>
      ))}
    </div>
  );
}
