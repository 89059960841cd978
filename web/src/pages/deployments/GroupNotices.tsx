import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { groups as calls } from '../../api/people';
import { useMe } from '../../app/session';
import { QuotaBars } from '../../ui/QuotaBars';

// Of the one group that is looked at: its quota, or that it may not deploy at all.
export function GroupNotices({ groups }: { groups: string[] }) {
  const { t } = useTranslation();
  const me = useMe();
  const looked = groups.length > 0 ? groups : me.groups;
  const only = looked.length === 1 ? looked[0] : undefined;
  const group = useQuery({
    queryKey: ['groups', only],
    queryFn: () => calls.get(only ?? ''),
    enabled: only !== undefined,
    refetchInterval: 10_000,
  });
  if (looked.length === 0) return <Alert type="warning" showIcon title={t('list.noGroup')} />;
  if (only === undefined) return null;
  if (group.isError) return <Alert type="error" showIcon title={t('list.groupNotFound', { group: only })} />;
  if (!group.data) return <div className="quota quota-skeleton" aria-hidden="true" />;
  if (!group.data.deployment_enabled) return <Alert type="warning" showIcon title={t('list.notEnabled')} />;
  return <QuotaBars limits={group.data.quota} used={group.data.usage} />;
}
