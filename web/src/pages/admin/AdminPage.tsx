import { Tabs } from 'antd';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router-dom';
import { useMe } from '../../app/session';
import { PageHead } from '../../ui/PageHead';
import { AuditTab } from './AuditTab';
import { GroupPanel } from './GroupPanel';
import { GroupsTab } from './GroupsTab';
import { InstanceTypesTab } from './InstanceTypesTab';
import { SecretsTab } from './SecretsTab';
import { SystemTab } from './SystemTab';
import { UsersTab } from './UsersTab';

const TABS: Record<string, { Content: ComponentType; forGroupAdmins: boolean }> = {
  groups: { Content: GroupsTab, forGroupAdmins: true },
  users: { Content: UsersTab, forGroupAdmins: false },
  'instance-types': { Content: InstanceTypesTab, forGroupAdmins: false },
  secrets: { Content: SecretsTab, forGroupAdmins: true },
  audit: { Content: AuditTab, forGroupAdmins: true },
  system: { Content: SystemTab, forGroupAdmins: false },
};

export function AdminPage() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { tab = 'groups', name } = useParams();
  const titles: Record<string, string> = {
    groups: t('admin.groups'),
    users: t('admin.users'),
    'instance-types': t('admin.instanceTypes'),
    secrets: t('admin.secrets'),
    audit: t('admin.audit'),
    system: t('admin.system'),
  };
  const items = Object.entries(TABS)
    .filter(([, { forGroupAdmins }]) => me.admin || forGroupAdmins)
    .map(([key, { Content }]) => ({
      key,
      label: titles[key] ?? key,
      children: key === 'groups' && name ? <GroupPanel name={name} /> : <Content />,
    }));
  return (
    <>
      <PageHead title={t('nav.admin')} />
      <Tabs activeKey={tab} destroyOnHidden items={items} onChange={(key) => void navigate(`/admin/${key}`)} />
    </>
  );
}
