import { Segmented } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { Appearance } from './Appearance';
import { THEME_CHOICES, type ThemeChoice } from './theme';

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { choice, choose } = useContext(Appearance);
  const names: Record<ThemeChoice, string> = {
    system: t('shell.themeSystem'),
    light: t('shell.themeLight'),
    dark: t('shell.themeDark'),
  };
  return (
    <Segmented
      aria-label={t('shell.theme')}
      value={choice}
      options={THEME_CHOICES.map((value) => ({ value, label: names[value] }))}
      onChange={(value) => choose(value as ThemeChoice)}
    />
  );
}
