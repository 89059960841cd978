import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router-dom';
import { useMe } from '../../app/session';
import { PageHead } from '../../ui/PageHead';
import { TabBar } from '../../ui/TabBar';
import { AuditTab } from './AuditTab';
import { GroupPanel } from './GroupPanel';
import { GroupsTab } from './GroupsTab';
import { InstanceTypesTab } from './InstanceTypesTab';
import { SecretsTab } from './SecretsTab';
import { SystemTab } from './SystemTab';
import { UsageTab } from './UsageTab';
import { UsersTab } from './UsersTab';

const TABS: Record<string, { Content: ComponentType; forGroupAdmins: boolean }> = {
  groups: { Content: GroupsTab, forGroupAdmins: true },
  users: { Content: UsersTab, forGroupAdmins: false },
  'instance-types': { Content: InstanceTypesTab, forGroupAdmins: false },
  secrets: { Content: SecretsTab, forGroupAdmins: true },
  audit: { Content: AuditTab, forGroupAdmins: true },
  usage: { Content: UsageTab, forGroupAdmins: true },
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
    usage: t('admin.usage'),
    system: t('admin.system'),
  };
  const there = Object.keys(TABS).filter((key) => me.admin || TABS[key]?.forGroupAdmins);
  const active = there.includes(tab) ? tab : 'groups';
  const Content = TABS[active]?.Content ?? GroupsTab;
  return (
    <>
      <PageHead title={t('nav.admin')} />
      <TabBar
        label={t('nav.admin')}
        tabs={there.map((key) => ({ name: key, label: titles[key] ?? key }))}
        active={active}
        onChange={(key) => void navigate(`/admin/${key}`)}
      >
        {active === 'groups' && name ? <GroupPanel name={name} /> : <Content />}
      </TabBar>
    </>
  );
}
