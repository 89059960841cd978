// Fetches the manual in one language; the other is not loaded.
import type { Language } from '../../i18n';
import type { Manual } from '../../manual/search';

const MANUALS: Record<Language, () => Promise<{ manual: Manual }>> = {
  en: () => import('./manualEn'),
  'zh-TW': () => import('./manualZhTw'),
};

export async function loadManual(language: string): Promise<Manual> {
  const load = language === 'zh-TW' ? MANUALS['zh-TW'] : MANUALS.en;
  return (await load()).manual;
}
