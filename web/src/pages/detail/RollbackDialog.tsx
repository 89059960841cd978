import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { ChangeList } from '../../ui/ChangeList';
import { CliCommand } from '../../ui/CliCommand';
import { Field } from '../../ui/Field';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { toasts } from '../../ui/toasts';

interface RollbackDialogProps {
  deployment: Deployment;
  target: number;
  onClose: () => void;
}

// What would change, why it is done, then a new revision that says what the old one said.
export function RollbackDialog({ deployment, target, onClose }: RollbackDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { id, revision } = deployment;
  const diff = useQuery({ queryKey: ['diff', id, target, revision], queryFn: () => deployments.diff(id, target, revision) });
  const [message, setMessage] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const rollback = async () => {
    setBusy(true);
    setProblem(null);
    try {
      client.setQueryData(['deployment', id], await deployments.rollback(id, target, message.trim()));
      toasts.good(t('history.rolledBack', { revision: target }));
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t('history.rollbackTo', { revision: target })}
      okText={t('history.rollback')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: isBusy }}
      onOk={() => void rollback()}
      onCancel={onClose}
    >
      <div className="stack">
        <ProblemAlert error={problem ?? diff.error} />
        {diff.data && <ChangeList changes={diff.data.changes} />}
        <Field id="rollback-message" label={t('field.updateMessage')}>
          <Input id="rollback-message" value={message} onChange={(event) => setMessage(event.target.value)} />
        </Field>
        <CliCommand commands={[cli.rollback(id, target, message.trim())]} />
      </div>
    </Modal>
  );
}
