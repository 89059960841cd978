import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/CopyButton';
import { PageHead } from '../../ui/PageHead';

const MODEL = `class Model:
    class_names = ["setosa", "versicolor", "virginica"]

    def load(self):
        ...

    def predict(self, X, names=None, meta=None):
        return self.model.predict_proba(X)`;
const CLI = `export SLIPWAY_URL=${window.location.origin} SLIPWAY_TOKEN=slw_...
slipway deployments list
slipway deployments create "My model" --image registry.example/my-model:1 --wait
slipway deployments logs my-model -f
slipway rollback my-model --message "back"`;

// Served with the rest of the UI: it needs no other machine.
export function HelpPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('nav.help')} />
      <div className="two-columns help">
        <section className="panel">
          <h2>{t('help.startTitle')}</h2>
          <ol>
            <li>{t('help.start1')}</li>
            <li>{t('help.start2')}</li>
            <li>{t('help.start3')}</li>
            <li>{t('help.start4')}</li>
          </ol>
        </section>
        <section className="panel">
          <h2>{t('help.packageTitle')}</h2>
          <p>{t('help.package')}</p>
          <pre className="code" tabIndex={0}>
            {MODEL}
          </pre>
        </section>
        <section className="panel">
          <h2>{t('help.privateTitle')}</h2>
          <p>{t('help.private')}</p>
        </section>
        <section className="panel">
          <div className="section-head">
            <h2>{t('help.cliTitle')}</h2>
            <CopyButton text={CLI} what={t('common.command')} label={t('common.copy')} />
          </div>
          <pre className="code" tabIndex={0}>
            {CLI}
          </pre>
          <p>
            {t('help.api')} <a href="/docs">/docs</a>, <a href="/openapi.json">/openapi.json</a>
          </p>
        </section>
      </div>
    </>
  );
}
