import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { example, EXAMPLE_LANGUAGES, type ExampleLanguage } from '../../lib/examples';
import { CopyButton } from '../../ui/CopyButton';

const NAMES: Record<ExampleLanguage, string> = { curl: 'Curl', python: 'Python', javascript: 'JavaScript' };

export function RunExample({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<ExampleLanguage>('curl');
  const text = example(language, deployment.endpoint, deployment.access === 'private');
  return (
    <section className="panel">
      <div className="section-head">
        <h2>{t('detail.runExample')}</h2>
        <div className="row">
          <Segmented
            size="small"
            aria-label={t('detail.exampleLanguage')}
            value={language}
            options={EXAMPLE_LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
            onChange={(value) => setLanguage(value as ExampleLanguage)}
          />
          <CopyButton text={text} what={t('detail.runExample')} label={t('common.copy')} />
        </div>
      </div>
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
