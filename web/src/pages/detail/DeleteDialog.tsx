import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { deployments } from '../../api/deployments';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { CliCommand } from '../../ui/CliCommand';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { toasts } from '../../ui/toasts';

// Cannot be undone: the name is typed.
export function DeleteDialog({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { id, name } = deployment;
  const remove = async () => {
    if (typed !== name) return;
    setBusy(true);
    try {
      await deployments.remove(id, name);
      toasts.good(t('detail.deleted'));
      void navigate('/deployments');
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t('detail.deleteTitle')}
      okText={t('common.delete')}
      okButtonProps={{ danger: true, disabled: typed !== name, loading: isBusy }}
      cancelText={t('common.cancel')}
      onOk={() => void remove()}
      onCancel={onClose}
    >
      <ProblemAlert error={problem} />
      <p>{t('detail.deleteText')}</p>
      <label htmlFor="delete-deployment">
        {t('detail.deleteType')} <strong>{name}</strong>
      </label>
      <Input id="delete-deployment" autoFocus autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} onPressEnter={() => void remove()} />
      <CliCommand commands={[cli.remove(id)]} />
    </Modal>
  );
}
