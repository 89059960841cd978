import { useQueryClient } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import LockOutlined from '@ant-design/icons/LockOutlined';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { deployments } from '../../api/deployments';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { CliCommand } from '../../ui/CliCommand';
import { CopyButton } from '../../ui/CopyButton';
import { Question } from '../../ui/Question';
import { RelativeTime } from '../../ui/RelativeTime';
import { StatusTag } from '../../ui/StatusTag';
import { toasts } from '../../ui/toasts';
import { useReason } from '../../ui/useReason';
import { DeleteDialog } from './DeleteDialog';

// Is it up, why not, how is it called, what can be done: before any tab.
export function DetailHead({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const reason = useReason();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const { id, name, status, endpoint } = deployment;
  const isStopped = status.phase === 'Stopped' || status.phase === 'Stopping';

  const act = async (action: () => Promise<Deployment>) => {
    setBusy(true);
    try {
      client.setQueryData(['deployment', id], await action());
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <header className="detail-head">
      <nav aria-label={t('detail.trail')} className="trail">
        <Link to="/deployments">{t('nav.deployments')}</Link>
      </nav>
      <div className="page-head">
        <h1>{name}</h1>
        <div className="page-actions">
          {isStopped ? (
            <Button loading={isBusy} onClick={() => void act(() => deployments.start(id))}>
              {t('common.start')}
            </Button>
          ) : (
            <Question ask={t('list.stopAsk', { name })} onYes={() => void act(() => deployments.stop(id))}>
              <Button loading={isBusy}>{t('common.stop')}</Button>
            </Question>
          )}
          <Button danger onClick={() => setDeleting(true)}>
            {t('common.delete')}
          </Button>
          <Button type="primary" onClick={() => void navigate(`/deployments/${id}/edit`)}>
            {t('common.update')}
          </Button>
        </div>
      </div>
      <div className="detail-status">
        <StatusTag phase={status.phase} />
        <span className="detail-reason" title={status.reason}>
          {reason(status.reason)}
        </span>
        <span className="muted">
          <RelativeTime time={status.since} />
        </span>
      </div>
      <div className="detail-facts">
        <span>
          {t('field.replicas')} <strong className="number">{`${status.ready_replicas}/${status.wanted_replicas}`}</strong>
        </span>
        <span>
          {t('field.version')} <strong className="number">{deployment.revision}</strong>
          {status.serving_revision !== deployment.revision && status.serving_revision > 0 && (
            <span className="muted"> ({t('detail.serving', { revision: status.serving_revision })})</span>
          )}
        </span>
        <span>
          {t('field.group')} <strong>{deployment.group}</strong>
        </span>
        {deployment.access === 'private' && <Tag icon={<LockOutlined aria-hidden />}>{t('detail.private')}</Tag>}
        <span className="code-line detail-endpoint">
          <code tabIndex={0}>{endpoint}</code>
          <CopyButton text={endpoint} what={t('field.endpoint')} />
        </span>
      </div>
      <CliCommand commands={[isStopped ? cli.start(id) : cli.stop(id), cli.remove(id)]} />
      {isDeleting && <DeleteDialog deployment={deployment} onClose={() => setDeleting(false)} />}
    </header>
  );
}
