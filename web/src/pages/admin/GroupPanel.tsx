import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { groups } from '../../api/people';
import { useMe } from '../../app/session';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { QuotaBars } from '../../ui/QuotaBars';
import { RemoveButton } from '../../ui/RemoveButton';
import { useAction } from '../../ui/useAction';
import { Waiting } from '../../ui/Waiting';
import { GroupSettingsForm } from './GroupSettingsForm';
import { MembersPanel } from './MembersPanel';

export function GroupPanel({ name }: { name: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['groups', name], queryFn: () => groups.get(name) });
  // Nothing is fetched anew here: it would be what is gone.
  const { run } = useAction();
  const group = query.data;
  if (query.isError) return <ProblemAlert error={query.error} />;
  if (!group) return <Waiting />;
  const remove = async () => {
    if (await run(() => groups.remove(name), t('admin.groupRemoved'))) void navigate('/admin/groups');
  };
  return (
    <div className="stack">
      <div className="section-head">
        <h2>
          <Link to="/admin/groups">{t('admin.groups')}</Link> / {group.display_name || group.name}
        </h2>
        {me.admin && <RemoveButton name={name} ask={t('admin.groupRemoveAsk', { name })} onRemove={() => void remove()} />}
      </div>
      <QuotaBars limits={group.quota} used={group.usage} />
      <div className="two-columns">
        {me.admin && <GroupSettingsForm key={group.generation} group={group} />}
        <MembersPanel group={group} />
      </div>
    </div>
  );
}
