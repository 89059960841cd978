import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { deployments } from '../../api/deployments';
import { useMe } from '../../app/session';
import { PageHead } from '../../ui/PageHead';
import { toasts } from '../../ui/toasts';
import { DeploymentForm } from './DeploymentForm';
import { EMPTY, newDeploymentOf, type FormValues } from './formValues';

export function CreatePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const [initial] = useState<FormValues>(() => ({ ...EMPTY, groupId: me.groups.length === 1 ? (me.groups[0] ?? '') : '' }));
  const submit = async (values: FormValues) => {
    const made = await deployments.create(newDeploymentOf(values));
    toasts.good(t('form.created', { name: made.name }), { to: `/deployments/${made.id}`, text: t('form.here') });
    // After the form has let go of what was typed.
    setTimeout(() => void navigate(`/deployments/${made.id}`));
  };
  return (
    <>
      <PageHead title={t('form.createTitle')} />
      <DeploymentForm initial={initial} submitText={t('form.deploy')} onSubmit={submit} onCancel={() => void navigate('/deployments')} />
    </>
  );
}
