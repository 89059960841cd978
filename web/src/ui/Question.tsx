// Asks before something is done, beside the button that does it. The question takes the focus, on the
// answer that changes nothing, and gives it back; Escape is that answer too.
import { Popconfirm } from 'antd';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { pagePopup } from './pagePopup';

export function Question({ ask, onYes, children }: { ask: string; onYes: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const no = useId();
  const asked = useRef<HTMLElement | null>(null);

  const change = (open: boolean) => {
    if (open) asked.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    else asked.current?.focus();
    setOpen(open);
  };
  return (
    <Popconfirm
      title={ask}
      open={isOpen}
      onOpenChange={change}
      // Not before it is where it belongs: what is hidden takes no focus.
      afterOpenChange={(open) => open && document.getElementById(no)?.focus()}
      getPopupContainer={pagePopup}
      okText={t('common.yes')}
      cancelText={t('common.no')}
      cancelButtonProps={{ id: no }}
      destroyOnHidden
      onConfirm={onYes}
    >
      {children}
    </Popconfirm>
  );
}
