import { Button } from 'antd';
import PlusOutlined from '@ant-design/icons/PlusOutlined';
import ReloadOutlined from '@ant-design/icons/ReloadOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { deploymentFeed } from '../../api/deploymentFeed';
import { useDeployments } from '../../api/useDeployments';
import { useMe } from '../../app/session';
import { isFiltered, readFilters, shown } from '../../lib/listFilters';
import { PageHead } from '../../ui/PageHead';
import { CardGrid } from './CardGrid';
import { DeploymentTable } from './DeploymentTable';
import { EmptyList } from './EmptyList';
import { FilterBar } from './FilterBar';
import { GroupNotices } from './GroupNotices';
import { ListSkeleton } from './ListSkeleton';
import { useFilters } from './useFilters';

export function ListPage() {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const { all, isComplete } = useDeployments();
  const [filters, setFilters] = useFilters();
  const settled = useDeferredValue(filters);
  const list = useMemo(() => shown(all.values(), settled, me.user), [all, settled, me.user]);

  const refresh = () => {
    deploymentFeed.refresh();
    void queries.invalidateQueries({ queryKey: ['groups'] });
  };
  const body = () => {
    if (list.length > 0) return filters.view === 'table' ? <DeploymentTable list={list} /> : <CardGrid list={list} />;
    if (!isComplete) return <ListSkeleton />;
    return <EmptyList isFiltered={isFiltered(filters)} onReset={() => setFilters({ ...readFilters(new URLSearchParams()), view: filters.view })} />;
  };
  return (
    <>
      <PageHead title={t('list.title')}>
        <Button icon={<ReloadOutlined aria-hidden />} onClick={refresh}>
          {t('list.refresh')}
        </Button>
        <Link to="/deployments/create">
          <Button type="primary" icon={<PlusOutlined aria-hidden />} tabIndex={-1}>
            {t('list.create')}
          </Button>
        </Link>
      </PageHead>
      <GroupNotices groups={filters.groups} />
      <FilterBar filters={filters} onChange={setFilters} count={list.length} total={all.size} />
      {body()}
    </>
  );
}
