// The page's language: the browser's at first, then what the person chose. Texts of the other
// language are not loaded.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { retried } from '../lib/retried';
import type en from './en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

export const LANGUAGES = ['en', 'zh-TW'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = 'slipway.language';
const texts: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import('./en.json'),
  'zh-TW': () => import('./zh-TW.json'),
};

export function pickLanguage(stored: string | null, wanted: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === stored);
  if (known) return known;
  for (const language of wanted) {
    if (language.toLowerCase().startsWith('zh')) return 'zh-TW';
    if (language.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await retried(texts[language])).default);
  }
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
}

export async function startLanguage(): Promise<void> {
  const language = pickLanguage(localStorage.getItem(STORED), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: (await retried(texts[language])).default } },
    // React shows texts as text.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
  document.documentElement.lang = language;
}
