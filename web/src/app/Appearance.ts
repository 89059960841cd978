import { createContext } from 'react';
import type { ThemeChoice } from './theme';

export const Appearance = createContext<{ choice: ThemeChoice; choose: (choice: ThemeChoice) => void; isDark: boolean }>({
  choice: 'system',
  choose: () => undefined,
  isDark: false,
});
