import { useTranslation } from 'react-i18next';
import { noticeKey } from './noticeKey';

// What is told, in the reader's language.
export function useNoticeName(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => {
    const key = noticeKey(type);
    return key ? t(`webhooks.event.${key}`) : type;
  };
}
