import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import type { Revision } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { ChangeList } from '../../ui/ChangeList';
import { CliCommand } from '../../ui/CliCommand';
import { ProblemAlert } from '../../ui/ProblemAlert';

export function CompareRevisions({ id, revisions }: { id: string; revisions: Revision[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<{ from?: number; to?: number }>({});
  const to = chosen.to ?? revisions[0]?.number;
  const from = chosen.from ?? revisions[1]?.number;
  const diff = useQuery({
    queryKey: ['diff', id, to, from],
    queryFn: () => deployments.diff(id, to ?? 0, from ?? 0),
    enabled: to !== undefined && from !== undefined,
  });
  if (revisions.length < 2) return null;
  const options = revisions.map((revision) => ({
    value: revision.number,
    label: `${revision.number}${revision.tag ? ` · ${revision.tag}` : ''}${revision.message ? ` · ${revision.message}` : ''}`,
  }));
  return (
    <section className="panel">
      <div className="section-head">
        <h2>{t('history.compare')}</h2>
        <div className="row">
          <Select className="filter-select" aria-label={t('history.from')} value={from} options={options} onChange={(value) => setChosen({ ...chosen, from: value })} />
          <span aria-hidden="true">→</span>
          <Select className="filter-select" aria-label={t('history.to')} value={to} options={options} onChange={(value) => setChosen({ ...chosen, to: value })} />
        </div>
      </div>
      <ProblemAlert error={diff.error} />
      {diff.data && <ChangeList changes={diff.data.changes} />}
      {from !== undefined && to !== undefined && <CliCommand commands={[cli.diff(id, from, to)]} />}
    </section>
  );
}
