import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage, type Language } from '../i18n';

const NAMES: Record<Language, string> = { en: 'English', 'zh-TW': '繁體中文' };

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <Segmented
      aria-label={t('shell.language')}
      value={i18n.language}
      options={LANGUAGES.map((language) => ({ value: language, label: NAMES[language] }))}
      onChange={(language) => void setLanguage(language as Language)}
    />
  );
}
