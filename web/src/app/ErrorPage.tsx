import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router-dom';

// What a page shows when it breaks, or when its newer version replaced it on the server.
export function ErrorPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  const text = error instanceof Error ? error.message : String(error);
  return (
    <main className="page">
      <div className="empty" role="alert">
        <h1>{t('error.title')}</h1>
        <p>{t('error.what')}</p>
        <pre className="code">{text}</pre>
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
      </div>
    </main>
  );
}
