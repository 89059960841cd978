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
import { SystemTab } from './system/SystemTab';
import { UsageTab } from './UsageTab';
import { UsersTab } from './UsersTab';
import { WebhookPanel } from './webhooks/WebhookPanel';
import { WebhooksTab } from './webhooks/WebhooksTab';

interface Tab {
  Content: ComponentType;
  // One of them, by its name in the address.
  Panel?: ComponentType<{ name: string }>;
  forGroupAdmins: boolean;
}

const GROUPS: Tab = { Content: GroupsTab, Panel: GroupPanel, forGroupAdmins: true };
const TABS: Record<string, Tab> = {
  groups: GROUPS,
  users: { Content: UsersTab, forGroupAdmins: false },
  'instance-types': { Content: InstanceTypesTab, forGroupAdmins: false },
  secrets: { Content: SecretsTab, forGroupAdmins: true },
  webhooks: { Content: WebhooksTab, Panel: WebhookPanel, forGroupAdmins: true },
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
    webhooks: t('webhooks.title'),
    audit: t('admin.audit'),
    usage: t('admin.usage'),
    system: t('admin.system'),
  };
  const there = Object.keys(TABS).filter((key) => me.admin || TABS[key]?.forGroupAdmins);
  const active = there.includes(tab) ? tab : 'groups';
  const { Content, Panel } = TABS[active] ?? GROUPS;
  return (
    <>
      <PageHead title={t('nav.admin')} />
      <TabBar
        label={t('nav.admin')}
        tabs={there.map((key) => ({ name: key, label: titles[key] ?? key }))}
        active={active}
        onChange={(key) => void navigate(`/admin/${key}`)}
      >
        {Panel && name ? <Panel name={name} /> : <Content />}
      </TabBar>
    </>
  );
}
