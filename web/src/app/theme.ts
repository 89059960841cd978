// Light or dark: the system's wish, or what the person chose. One accent; the same few colours for
// antd and for our own style sheet (app.css reads them by data-theme).
import { theme, type ThemeConfig } from 'antd';
import { useLayoutEffect, useState, useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const STORED = 'slipway.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORED);
  return THEME_CHOICES.find((choice) => choice === stored) ?? 'system';
}

function useSystemIsDark(): boolean {
  return useSyncExternalStore(
    (changed) => {
      dark.addEventListener('change', changed);
      return () => dark.removeEventListener('change', changed);
    },
    () => dark.matches,
  );
}

export function useTheme(): { isDark: boolean; choice: ThemeChoice; choose: (choice: ThemeChoice) => void } {
  const [choice, setChoice] = useState(storedChoice);
  const systemIsDark = useSystemIsDark();
  const isDark = choice === 'system' ? systemIsDark : choice === 'dark';
  // Before effects of the page read its colours.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [isDark]);
  const choose = (next: ThemeChoice) => {
    localStorage.setItem(STORED, next);
    setChoice(next);
  };
  return { isDark, choice, choose };
}

export function antTheme(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    hashed: false,
    zeroRuntime: true,
    token: {
      colorPrimary: isDark ? '#5b83f0' : '#2f5bd0',
      colorBgLayout: isDark ? '#0f1216' : '#f5f6f8',
      colorBgContainer: isDark ? '#171b21' : '#ffffff',
      colorBgElevated: isDark ? '#1e232b' : '#ffffff',
      colorBorder: isDark ? '#4a5361' : '#c3c9d2',
      colorBorderSecondary: isDark ? '#2a313b' : '#e3e6eb',
      colorTextPlaceholder: isDark ? '#939dab' : '#676f7b',
      colorTextDescription: isDark ? '#a3adba' : '#5a6370',
      colorTextDisabled: isDark ? '#8f99a7' : '#676f7b',
      colorError: isDark ? '#f2777a' : '#c62f33',
      colorErrorHover: isDark ? '#ff9c9f' : '#a8262a',
      colorErrorBorderHover: isDark ? '#ff9c9f' : '#a8262a',
      colorLink: isDark ? '#8fabff' : '#2f5bd0',
      borderRadius: 6,
      fontSize: 14,
      // Moving costs time and more: when an answer comes faster than the icon of a busy button has appeared, antd never takes
      // that away, and a reader of the screen hears "loading" for ever.
      motion: false,
      fontFamily:
        'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif',
      fontFamilyCode: 'ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
    },
    components: { Button: { primaryShadow: 'none', defaultShadow: 'none' }, Form: { itemMarginBottom: 16 } },
  };
}
