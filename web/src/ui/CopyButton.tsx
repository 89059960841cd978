import CheckOutlined from '@ant-design/icons/CheckOutlined';
import CopyOutlined from '@ant-design/icons/CopyOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copyText';

const SHOWN_MS = 2000;

interface CopyButtonProps {
  text: string;
  // What is copied, for who does not see it: "Endpoint".
  what: string;
  label?: string;
}

export function CopyButton({ text, what, label }: CopyButtonProps) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const name = isCopied ? t('common.copied') : t('common.copyWhat', { what });
  return (
    <Button
      size="small"
      type={label ? 'default' : 'text'}
      icon={isCopied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      aria-label={name}
      title={label ? undefined : name}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void copy();
      }}
    >
      {label && (isCopied ? t('common.copied') : label)}
    </Button>
  );
}
