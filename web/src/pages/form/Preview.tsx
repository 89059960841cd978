import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Deployment, DryRun } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { toYaml } from '../../lib/yaml';
import { ChangeList } from '../../ui/ChangeList';
import { CliCommand } from '../../ui/CliCommand';
import { CopyButton } from '../../ui/CopyButton';
import { QuotaBars } from '../../ui/QuotaBars';
import { newDeploymentOf, settingsOf, type FormValues } from './formValues';

interface PreviewProps {
  values: FormValues;
  result: DryRun | undefined;
  isOld: boolean;
  // Whether something was typed already: that nothing would change is no mistake before.
  isDirty: boolean;
  // What is changed; without it, something new is made.
  base?: Deployment;
}

const STRATEGY = { start: 'start', keep: 'keep', surge: 'surge', 'one at a time': 'oneAtATime' } as const;

// Before a change: is the image there, what is left of the quota, how it is rolled out, what differs.
export function Preview({ values, result, isOld, isDirty, base }: PreviewProps) {
  const { t } = useTranslation();
  const yaml = toYaml({ kind: 'Deployment', ...newDeploymentOf(values) });
  const command = base ? cli.update(base, settingsOf(values)) : values.name && values.modelImage ? cli.create(newDeploymentOf(values)) : null;
  return (
    <aside className="preview" aria-label={t('form.preview')}>
      <section className="panel" aria-busy={isOld}>
        <h2>{t('form.preview')}</h2>
        {!result && <p className="muted">{t('form.previewEmpty')}</p>}
        {result && (base === undefined || isDirty ? <Findings result={result} /> : <p className="muted">{t('form.previewUnchanged')}</p>)}
      </section>
      {result && (
        <section className="panel">
          <h2>{t('form.groupResource')}</h2>
          <QuotaBars limits={result.quota.limits} used={result.quota.before} after={result.quota.after} />
          {result.exceeded.map((limit) => (
            <p key={limit.name} className="bad">
              {limit.message}
            </p>
          ))}
        </section>
      )}
      {result && result.changes.length > 0 && (
        <section className="panel">
          <h2>{t('form.changes')}</h2>
          <ChangeList changes={result.changes} />
        </section>
      )}
      <details className="panel">
        <summary>{t('form.yaml')}</summary>
        <div className="row row-end">
          <CopyButton text={yaml} what="YAML" label={t('common.copy')} />
        </div>
        <pre className="code" tabIndex={0}>
          {yaml}
        </pre>
      </details>
      {command && (
        <section className="panel">
          <CliCommand commands={[command]} />
        </section>
      )}
    </aside>
  );
}

function Findings({ result }: { result: DryRun }) {
  const { t } = useTranslation();
  const found = result.image?.found;
  return (
    <div className="stack-small">
      {result.refusal && <Alert type="error" showIcon title={result.refusal} />}
      {result.errors.map((error) => (
        <Alert key={error.path + error.message} type="warning" showIcon title={`${error.path}: ${error.message}`} />
      ))}
      {found && (
        <p className={found === 'missing' ? 'bad' : found === 'unknown' ? 'warn' : 'good'}>
          <strong>{t(`form.image.${found}`)}</strong> <span className="muted">{result.image?.detail}</span>
        </p>
      )}
      {result.strategy && (
        <p>
          <strong>{t(`form.strategy.${STRATEGY[result.strategy]}`)}</strong> <span className="muted">{result.strategy_reason}</span>
        </p>
      )}
    </div>
  );
}
