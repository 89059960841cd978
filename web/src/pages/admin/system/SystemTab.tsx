import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { system } from '../../../api/system';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { Waiting } from '../../../ui/Waiting';
import { CertificatesPanel } from './CertificatesPanel';
import { GatewaysPanel } from './GatewaysPanel';
import { InstallationPanel } from './InstallationPanel';
import { StoragePanel } from './StoragePanel';
import { TargetsPanel } from './TargetsPanel';

const AGAIN_MS = 5000;

export function SystemTab() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['system'], queryFn: system.get, refetchInterval: AGAIN_MS });
  const report = query.data;
  if (!report) return query.isError ? <ProblemAlert error={query.error} /> : <Waiting />;
  return (
    <div className="stack" aria-label={t('admin.system')}>
      <ProblemAlert error={query.error} />
      <div className="two-columns">
        <InstallationPanel report={report} />
        <StoragePanel report={report} />
      </div>
      <GatewaysPanel report={report} />
      <CertificatesPanel gateways={report.gateways} />
      <TargetsPanel />
    </div>
  );
}
