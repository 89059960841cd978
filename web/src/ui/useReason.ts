import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { readReason } from '../lib/reason';

// The server's reason in the language of the page; in English as the server says it.
export function useReason(): (sentence: string) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (sentence) => {
      if (i18n.language === 'en') return sentence;
      return readReason(sentence)
        .map((part) => {
          if (part === '; ') return t('reason.next');
          if (part === ': ') return t('reason.because');
          return typeof part === 'string' ? part : t(`reason.${part.key}`, { replace: part.values });
        })
        .join('');
    },
    [t, i18n.language],
  );
}
