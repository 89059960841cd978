import EyeInvisibleOutlined from '@ant-design/icons/EyeInvisibleOutlined';
import EyeOutlined from '@ant-design/icons/EyeOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { bytes, cpus, duration, localTime } from '../../lib/format';
import { CopyButton } from '../../ui/CopyButton';
import { Facts, type Fact } from '../../ui/Facts';
import { PairTable } from '../../ui/PairTable';
import { StatusTag } from '../../ui/StatusTag';
import { useReason } from '../../ui/useReason';
import { ReplicaTable } from './ReplicaTable';
import { RunExample } from './RunExample';

export function InformationTab({ deployment }: { deployment: Deployment }) {
  const { t, i18n } = useTranslation();
  const reason = useReason();
  const [isShown, setShown] = useState(false);
  const { status, instance_type: type } = deployment;
  const language = i18n.language;
  const time = (value: string | null) => (value ? <time dateTime={value}>{localTime(value, language)}</time> : '-');
  const left: Fact[] = [
    [t('field.status'), <StatusTag key="status" phase={status.phase} />],
    [t('field.message'), status.phase === 'Deployed' ? t('detail.completed') : reason(status.reason) || '-'],
    [t('field.endpoint'), status.phase === 'Deployed' ? <span className="breakable">{deployment.endpoint}</span> : '-'],
    [t('field.accessType'), deployment.access],
    [
      t('field.modelImage'),
      <span key="image" className="with-copy">
        <span className="breakable">{deployment.image}</span>
        <CopyButton text={deployment.image} what={t('field.modelImage')} />
      </span>,
    ],
    [t('field.imagePullSecret'), deployment.pull_secret ?? '-'],
    [t('field.replicas'), `${status.ready_replicas}/${status.wanted_replicas}`],
    [t('field.name'), deployment.name],
    [t('field.id'), deployment.id],
    [t('field.group'), deployment.group],
    [
      t('field.instanceType'),
      `${type.name} (${t('form.typeSize', { cpu: cpus(type.cpu_millis, language), memory: bytes(type.memory_bytes, language), gpu: type.gpus || '-' })})`,
    ],
    [t('field.created'), time(deployment.created_at)],
    [t('field.lastUpdated'), <span key="updated">{time(deployment.updated_at)} {t('list.by', { user: deployment.updated_by })}</span>],
    [t('field.description'), <span key="description" className="lines">{deployment.description || '-'}</span>],
  ];
  const settings: Fact[] = [
    [t('field.port'), String(deployment.port)],
    [t('field.health_path'), deployment.health_path ?? '-'],
    [t('detail.deadline'), duration(deployment.progress_deadline_seconds * 1000, language)],
    [t('detail.timeout'), duration(deployment.request_timeout_ms, language)],
    [t('detail.bodyLimit'), bytes(deployment.body_limit_bytes, language)],
    [t('detail.drain'), duration(deployment.drain_seconds * 1000, language)],
    [t('detail.replicaConcurrency'), deployment.replica_concurrency === 0 ? t('detail.noLimit') : String(deployment.replica_concurrency)],
    [t('detail.requestsPerMinute'), deployment.requests_per_minute === 0 ? t('detail.noLimit') : String(deployment.requests_per_minute)],
    [t('field.allow_websocket'), deployment.allow_websocket ? t('common.yes') : t('common.no')],
  ];
  return (
    <div className="two-columns">
      <div className="stack">
        <section className="panel">
          <Facts facts={left} />
        </section>
        <RunExample deployment={deployment} />
      </div>
      <div className="stack">
        <ReplicaTable id={deployment.id} />
        <section className="panel">
          <h2>{t('field.metadata')}</h2>
          <PairTable pairs={Object.entries(deployment.metadata)} caption={t('field.metadata')} />
        </section>
        <section className="panel">
          <div className="section-head">
            <h2>{t('field.env')}</h2>
            {deployment.environment.length > 0 && (
              <Button size="small" icon={isShown ? <EyeInvisibleOutlined aria-hidden /> : <EyeOutlined aria-hidden />} onClick={() => setShown(!isShown)}>
                {isShown ? t('form.hideValues') : t('form.showValues')}
              </Button>
            )}
          </div>
          <PairTable
            pairs={deployment.environment.map(({ name, value }) => [name, isShown ? value : '•'.repeat(Math.min(12, value.length))])}
            caption={t('field.env')}
          />
        </section>
        <section className="panel">
          <h2>{t('form.advanced')}</h2>
          <Facts facts={settings} />
        </section>
      </div>
    </div>
  );
}
