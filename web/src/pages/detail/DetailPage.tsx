import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { deployments } from '../../api/deployments';
import { hasStatus } from '../../api/problem';
import type { Deployment } from '../../api/types';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TabBar } from '../../ui/TabBar';
import { Waiting } from '../../ui/Waiting';
import { usePageTitle } from '../../ui/usePageTitle';
import { DetailHead } from './DetailHead';
import { Timeline } from './Timeline';
import { TroubleNotice } from './TroubleNotice';
import { useDeploymentStream } from './useDeploymentStream';
import { retried } from '../../lib/retried';

type TabComponent = LazyExoticComponent<ComponentType<{ deployment: Deployment }>>;
const tab = (load: () => Promise<ComponentType<{ deployment: Deployment }>>): TabComponent =>
  lazy(async () => ({ default: await retried(load) }));

const TABS = {
  information: tab(async () => (await import('./InformationTab')).InformationTab),
  playground: tab(async () => (await import('./PlaygroundTab')).PlaygroundTab),
  logs: tab(async () => (await import('./LogsTab')).LogsTab),
  history: tab(async () => (await import('./HistoryTab')).HistoryTab),
  clients: tab(async () => (await import('./ClientsTab')).ClientsTab),
  monitoring: tab(async () => (await import('./MonitoringTab')).MonitoringTab),
  events: tab(async () => (await import('./EventsTab')).EventsTab),
};
type TabName = keyof typeof TABS;
const NAMES = Object.keys(TABS) as TabName[];

export function DetailPage() {
  const { t } = useTranslation();
  const { id = '', tab: asked } = useParams();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['deployment', id], queryFn: () => deployments.get(id), refetchInterval: 15_000 });
  const events = useDeploymentStream(id);
  const deployment = query.data;
  usePageTitle(deployment?.name ?? id);
  if (hasStatus(query.error, 404) && (!deployment || events.isDeleted)) {
    return (
      <div className="empty">
        <h1>{t('error.notFound')}</h1>
        <p>{t('detail.gone')}</p>
        <Link to="/deployments">{t('nav.deployments')}</Link>
      </div>
    );
  }
  if (!deployment) return query.isError ? <ProblemAlert error={query.error} onRetry={() => void query.refetch()} /> : <Waiting />;
  const there = NAMES.filter((name) => name !== 'clients' || deployment.access === 'private');
  const active = there.find((name) => name === asked) ?? 'information';
  const Content = TABS[active];
  return (
    <>
      <DetailHead deployment={deployment} />
      <TroubleNotice deployment={deployment} />
      <Timeline status={deployment.status} events={events.list} />
      <TabBar
        label={deployment.name}
        tabs={there.map((name) => ({ name, label: t(`detail.tab.${name}`) }))}
        active={active}
        onChange={(name) => void navigate(name === 'information' ? `/deployments/${id}` : `/deployments/${id}/${name}`, { replace: true })}
      >
        <Suspense fallback={<Waiting />}>
          <Content deployment={deployment} />
        </Suspense>
      </TabBar>
    </>
  );
}
