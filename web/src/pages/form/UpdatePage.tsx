import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router-dom';
import { deployments } from '../../api/deployments';
import { hasStatus } from '../../api/problem';
import type { Change, Deployment } from '../../api/types';
import { ChangeList } from '../../ui/ChangeList';
import { PageHead } from '../../ui/PageHead';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { toasts } from '../../ui/toasts';
import { Waiting } from '../../ui/Waiting';
import { DeploymentForm } from './DeploymentForm';
import { settingsOf, valuesOf, type FormValues } from './formValues';

interface Theirs {
  deployment: Deployment;
  changes: Change[];
}

export function UpdatePage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['deployment-to-edit', id], queryFn: () => deployments.get(id), staleTime: Infinity, gcTime: 0 });
  // What the form began with; what somebody else made of it meanwhile.
  const [base, setBase] = useState<Deployment>();
  const [theirs, setTheirs] = useState<Theirs>();
  useEffect(() => {
    if (query.data && !base) setBase(query.data);
  }, [query.data, base]);
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (!base) return <Waiting />;

  const submit = async (values: FormValues) => {
    const generation = theirs?.deployment.generation ?? base.generation;
    try {
      await deployments.update(id, settingsOf(values), generation);
    } catch (error) {
      if (hasStatus(error, 412)) {
        const now = await deployments.get(id);
        const diff = now.revision === base.revision ? { changes: [] } : await deployments.diff(id, now.revision, base.revision);
        setTheirs({ deployment: now, changes: diff.changes });
      }
      throw error;
    }
    toasts.good(t('form.updated', { name: base.name }), { to: `/deployments/${id}`, text: t('form.here') });
    setTimeout(() => void navigate(`/deployments/${id}`));
  };
  const takeTheirs = () => {
    if (!theirs) return;
    setBase(theirs.deployment);
    setTheirs(undefined);
  };
  const notice = theirs && (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('form.conflict', { user: theirs.deployment.updated_by })}
      description={
        <div className="stack-small">
          <ChangeList changes={theirs.changes} />
          <p>{t('form.conflictText')}</p>
          <div>
            <Button onClick={takeTheirs}>{t('form.takeTheirs')}</Button>
          </div>
        </div>
      }
    />
  );
  return (
    <>
      <PageHead title={t('form.updateTitle', { name: base.name })} />
      <DeploymentForm
        key={base.generation}
        initial={valuesOf(base)}
        base={base}
        submitText={t('form.confirm')}
        onSubmit={submit}
        onCancel={() => void navigate(`/deployments/${id}`)}
        notice={notice}
      />
    </>
  );
}
