import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import { urlOf } from '../../api/http';
import { followLogs, logPath, type LogQuery } from '../../api/logStream';
import type { Deployment, LogLine } from '../../api/types';
import { useDelayed } from '../../lib/useDelayed';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { LogView } from './LogView';

const NEWEST = 2000;
const STREAMS = ['stdout', 'stderr', 'pull', 'event'];

export function LogsTab({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const { id } = deployment;
  const replicas = useQuery({ queryKey: ['replicas', id], queryFn: () => deployments.replicas(id) });
  const [replica, setReplica] = useState('');
  const [streams, setStreams] = useState<string[]>(['stdout', 'stderr', 'event']);
  const [grep, setGrep] = useState('');
  const [previous, setPrevious] = useState(false);
  const [isWrapped, setWrapped] = useState(false);
  const [isLocal, setLocal] = useState(false);
  const [lines, setLines] = useState<LogLine[]>([]);
  const [state, setState] = useState<{ problem: unknown; isLive: boolean }>({ problem: null, isLive: false });
  const settledGrep = useDelayed(grep, 300);

  useEffect(() => {
    setLines([]);
    setState({ problem: null, isLive: false });
    const query: LogQuery = { replica, stream: streams, grep: settledGrep, previous };
    return followLogs(id, query, NEWEST, {
      lines: (more) => setLines((before) => [...before, ...more].slice(-NEWEST)),
      problem: (problem) => setState((before) => ({ ...before, problem })),
      live: () => setState((before) => ({ ...before, isLive: true })),
    });
  }, [id, replica, streams, settledGrep, previous]);

  const download = urlOf(logPath(id, replica), { download: true, format: 'text', timestamps: true, stream: streams, grep: settledGrep, previous });
  const shownText = lines.length > 0 ? undefined : state.isLive ? t('logs.none') : t('common.loading');
  return (
    <section className="logs">
      <div className="filters">
        <Select
          className="filter-select"
          aria-label={t('logs.replicas')}
          value={replica}
          onChange={setReplica}
          options={[{ value: '', label: t('logs.all') }, ...(replicas.data ?? []).map((one) => ({ value: one.id, label: one.id }))]}
        />
        <Select
          className="filter-select"
          mode="multiple"
          maxTagCount="responsive"
          aria-label={t('logs.streams')}
          value={streams}
          onChange={(value) => value.length > 0 && setStreams(value)}
          options={STREAMS.map((value) => ({ value, label: value }))}
        />
        <Input
          className="filter-search"
          allowClear
          spellCheck={false}
          aria-label={t('logs.grep')}
          placeholder={t('logs.grep')}
          value={grep}
          onChange={(event) => setGrep(event.target.value)}
        />
        <Checkbox checked={previous} onChange={(event) => setPrevious(event.target.checked)}>
          {t('logs.previous')}
        </Checkbox>
        <Checkbox checked={isWrapped} onChange={(event) => setWrapped(event.target.checked)}>
          {t('logs.wrap')}
        </Checkbox>
        <Checkbox checked={isLocal} onChange={(event) => setLocal(event.target.checked)}>
          {t('logs.local')}
        </Checkbox>
        <Button href={download} download>
          {t('logs.download')}
        </Button>
      </div>
      <ProblemAlert error={state.problem} />
      <LogView lines={lines} empty={shownText} isWrapped={isWrapped} isLocal={isLocal} withReplica={replica === ''} />
      <p className="muted logs-note">
        {t('logs.utc')} {t('logs.more')}
      </p>
    </section>
  );
}
