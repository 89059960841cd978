import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface AddFormProps {
  isBusy: boolean;
  onAdd: () => void;
  children: ReactNode;
}

// Fields in a row, and the button that adds what they say.
export function AddForm({ isBusy, onAdd, children }: AddFormProps) {
  const { t } = useTranslation();
  return (
    <form
      className="row row-bottom"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd();
      }}
    >
      {children}
      <Button htmlType="submit" loading={isBusy}>
        {t('common.add')}
      </Button>
    </form>
  );
}
