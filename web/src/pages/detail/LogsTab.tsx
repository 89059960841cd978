import { Alert, Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogQuery } from '../../api/logStream';
import type { Deployment } from '../../api/types';
import { cli } from '../../lib/cliCommands';
import { isSameLine, isShown, readLogFilters, writeLogFilters, type LinkedLine, type LogFilters } from '../../lib/logFilters';
import { useDelayed } from '../../lib/useDelayed';
import { CliCommand } from '../../ui/CliCommand';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useAddressState } from '../../ui/useAddressState';
import { LogDownload } from './LogDownload';
import { LogFilterBar } from './LogFilterBar';
import { LogView } from './LogView';
import { useLogLines, type LeveledLine } from './useLogLines';

const linkTo = ({ time, replica }: LinkedLine): LinkedLine => ({ time, replica });

export function LogsTab({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const { id } = deployment;
  const [filters, setFilters] = useAddressState(readLogFilters, writeLogFilters);
  // A line that was just clicked stays where it is; one from an address is shown with what is around it.
  const [clicked, setClicked] = useState<LinkedLine | null>(null);
  const around = isSameLine(filters.line, clicked) ? null : filters.line;
  const grep = useDelayed(filters.grep, 300);
  const { replica, streams, previous, since, until } = filters;
  const query: LogQuery = { replica, stream: streams, grep, previous, since, until };
  const { lines, problem, isTold } = useLogLines(id, query, around);
  const shown = useMemo(() => lines.filter((line) => isShown(line.level, filters.levels)), [lines, filters.levels]);

  const change = (part: Partial<LogFilters>) => {
    // What decides which lines there are: from then on the clicked line is what one looks around.
    if (!('wrap' in part) && !('local' in part)) setClicked(null);
    setFilters({ ...filters, ...part });
  };
  const onLink = (line: LeveledLine) => {
    setClicked(linkTo(line));
    setFilters({ ...filters, line: linkTo(line) });
  };
  const backToNewest = () => {
    setClicked(null);
    setFilters({ ...filters, line: null });
  };
  const empty = shown.length > 0 || problem ? undefined : isTold ? t('logs.none') : t('common.loading');
  return (
    <section className="logs">
      <LogFilterBar id={id} filters={filters} onChange={change}>
        <LogDownload id={id} query={query} levels={filters.levels} />
      </LogFilterBar>
      <ProblemAlert error={problem} />
      {around && (
        <Alert
          className="problem"
          type="info"
          showIcon
          title={t('logs.around', { time: around.time.slice(0, 23).replace('T', ' '), replica: around.replica })}
          action={<Button size="small" onClick={backToNewest}>{t('logs.toNewest')}</Button>}
        />
      )}
      <LogView
        lines={shown}
        empty={empty}
        isWrapped={filters.wrap}
        isLocal={filters.local}
        withReplica={replica === ''}
        linked={filters.line}
        isAround={around !== null}
        linkOf={(line) => `?${writeLogFilters({ ...filters, line: linkTo(line) }).toString()}`}
        onLink={onLink}
      />
      <CliCommand commands={[cli.logs(id, filters)]} />
      <p className="muted logs-note">
        {t('logs.utc')} {t('logs.more')} {t('logs.keys')}
      </p>
    </section>
  );
}
