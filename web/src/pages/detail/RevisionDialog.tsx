import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { bytes, duration, utcTime } from '../../lib/format';
import { CliCommand } from '../../ui/CliCommand';
import { Facts, type Fact } from '../../ui/Facts';
import { PairTable } from '../../ui/PairTable';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { toasts } from '../../ui/toasts';
import { Waiting } from '../../ui/Waiting';

interface RevisionDialogProps {
  deployment: Deployment;
  number: number;
  onClose: () => void;
}

// Every field of an old revision; a tag keeps it from being taken away.
export function RevisionDialog({ deployment, number, onClose }: RevisionDialogProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const { id } = deployment;
  const query = useQuery({ queryKey: ['revision', id, number], queryFn: () => deployments.revision(id, number) });
  const [tag, setTag] = useState<string>();
  const revision = query.data;
  const saveTag = async () => {
    try {
      if (tag) await deployments.tag(id, number, tag);
      else await deployments.untag(id, number);
      await client.invalidateQueries({ queryKey: ['revisions', id] });
      await query.refetch();
      setTag(undefined);
    } catch (error) {
      toasts.failure(error);
    }
  };
  const facts = (): Fact[] =>
    revision
      ? [
          [t('history.user'), revision.author],
          [t('history.stopped'), String(deployment.revision === number && deployment.status.phase === 'Stopped')],
          [t('field.modelImage'), revision.image],
          [t('field.replicas'), String(revision.replicas)],
          [t('field.group'), deployment.group],
          [t('field.instanceType'), revision.instance_type],
          [t('history.time'), revision.created_at ? utcTime(revision.created_at) : '-'],
          [t('field.updateMessage'), revision.message || '-'],
          [t('field.description'), revision.description || '-'],
          [t('field.accessType'), revision.access],
          [t('field.imagePullSecret'), revision.pull_secret ?? '-'],
          [t('field.port'), String(revision.port)],
          [t('field.health_path'), revision.health_path ?? '-'],
          [t('detail.deadline'), duration(revision.progress_deadline_seconds * 1000, i18n.language)],
          [t('detail.timeout'), duration(revision.request_timeout_ms, i18n.language)],
          [t('detail.bodyLimit'), bytes(revision.body_limit_bytes, i18n.language)],
          [t('detail.drain'), duration(revision.drain_seconds * 1000, i18n.language)],
          [t('detail.replicaConcurrency'), revision.replica_concurrency === 0 ? t('detail.noLimit') : String(revision.replica_concurrency)],
          [t('detail.requestsPerMinute'), revision.requests_per_minute === 0 ? t('detail.noLimit') : String(revision.requests_per_minute)],
          [t('field.allow_websocket'), revision.allow_websocket ? t('common.yes') : t('common.no')],
        ]
      : [];
  const environment = (revision?.environment ?? []) as { name?: string; value?: string }[];
  return (
    <Modal open title={t('history.revision', { revision: number })} footer={null} width={760} onCancel={onClose}>
      <ProblemAlert error={query.error} />
      {!revision && !query.error && <Waiting />}
      {revision && (
        <div className="stack">
          <Facts facts={facts()} />
          <h3>{t('field.metadata')}</h3>
          <PairTable pairs={Object.entries(revision.metadata as Record<string, string>)} caption={t('field.metadata')} />
          <h3>{t('field.env')}</h3>
          <PairTable pairs={environment.map(({ name = '' }) => [name, '••••••'])} caption={t('field.env')} />
          <div className="row">
            <Input
              className="filter-search"
              aria-label={t('history.tag')}
              placeholder={t('history.tag')}
              maxLength={64}
              value={tag ?? revision.tag ?? ''}
              onChange={(event) => setTag(event.target.value)}
            />
            <Button disabled={tag === undefined} onClick={() => void saveTag()}>
              {t('history.saveTag')}
            </Button>
          </div>
          {tag !== undefined && <CliCommand commands={[cli.tag(id, number, tag)]} />}
        </div>
      )}
    </Modal>
  );
}
