import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhTW from 'antd/locale/zh_TW';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAway } from '../api/problem';
import { Appearance } from './Appearance';
import { ConnectionProvider } from './connection';
import { Gate } from './Gate';
import { SessionProvider } from './session';
import { antTheme, useTheme } from './theme';

export function App() {
  const { i18n } = useTranslation();
  const { isDark, choice, choose } = useTheme();
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { retry: (count, error) => isAway(error) && count < 2, refetchOnWindowFocus: false, staleTime: 1000 },
        },
      }),
  );
  return (
    <ConfigProvider
      theme={antTheme(isDark)}
      locale={i18n.language === 'zh-TW' ? zhTW : enUS}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <Appearance.Provider value={{ choice, choose, isDark }}>
        <QueryClientProvider client={client}>
          <ConnectionProvider>
            <SessionProvider>
              <Gate />
            </SessionProvider>
          </ConnectionProvider>
        </QueryClientProvider>
      </Appearance.Provider>
    </ConfigProvider>
  );
}
