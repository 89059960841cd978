import { Tooltip } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Deployment } from '../../api/types';
import { CopyButton } from '../../ui/CopyButton';
import { RelativeTime } from '../../ui/RelativeTime';
import { StatusTag } from '../../ui/StatusTag';
import { valueText } from '../../lib/panels';
import { Sparkline } from '../../ui/Sparkline';
import { useReason } from '../../ui/useReason';
import { MetadataHint } from './MetadataHint';
import { SwitchButton } from './SwitchButton';
import type { GlanceOf } from './useGlance';

export const DeploymentCard = memo(function DeploymentCard({ deployment, glance }: { deployment: Deployment; glance: GlanceOf | undefined }) {
  const { t, i18n } = useTranslation();
  const reason = useReason();
  const newest = (values: readonly (number | null)[] | undefined) => values?.findLast((value) => value !== null);
  const { id, name, group, status, endpoint, metadata, revision } = deployment;
  return (
    <article className={`card card-${status.phase}`} aria-label={name}>
      <div className="card-top">
        <h2>
          <Link to={`/deployments/${id}`} title={name}>
            {name}
          </Link>
        </h2>
        <StatusTag phase={status.phase} />
      </div>
      <p className="card-reason" title={status.reason}>
        {reason(status.reason)}
      </p>
      <dl className="card-facts">
        <dt>{t('field.group')}</dt>
        <dd>{group}</dd>
        <dt>{t('field.replicas')}</dt>
        <dd>
          {status.ready_replicas}/{status.wanted_replicas}
        </dd>
        <dt>{t('field.version')}</dt>
        <dd>{revision}</dd>
        <dt>{t('field.metadata')}</dt>
        <dd>
          <MetadataHint metadata={metadata} />
        </dd>
        <dt>{t('monitoring.panel.qps')}</dt>
        <dd>
          {valueText(newest(glance?.qps), '1/s', i18n.language)} {glance && <Sparkline values={glance.qps} />}
        </dd>
        <dt>p95</dt>
        <dd>{valueText(newest(glance?.latency_p95), 's', i18n.language)}</dd>
      </dl>
      <div className="card-endpoint">
        <Tooltip title={t('list.copyEndpoint', { endpoint })}>
          <code>{endpoint.replace(/^https?:\/\//, '')}</code>
        </Tooltip>
        <CopyButton text={endpoint} what={t('field.endpoint')} />
      </div>
      <div className="card-foot">
        <span className="muted">
          <RelativeTime time={deployment.updated_at} /> {t('list.by', { user: deployment.updated_by })}
        </span>
        <SwitchButton deployment={deployment} size="small" />
      </div>
    </article>
  );
});
