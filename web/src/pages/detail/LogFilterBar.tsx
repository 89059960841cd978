import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, Select, type InputRef } from 'antd';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { deployments } from '../../api/deployments';
import { SHOWN_LEVELS, STREAMS, type LogFilters } from '../../lib/logFilters';
import { useKey } from '../../ui/useKey';
import { LogRange } from './LogRange';

interface LogFilterBarProps {
  id: string;
  filters: LogFilters;
  onChange: (change: Partial<LogFilters>) => void;
  children: ReactNode;
}

export function LogFilterBar({ id, filters, onChange, children }: LogFilterBarProps) {
  const { t } = useTranslation();
  const search = useRef<InputRef>(null);
  useKey('/', () => search.current?.focus({ cursor: 'all' }));
  const replicas = useQuery({ queryKey: ['replicas', id], queryFn: () => deployments.replicas(id) });
  // A replica that is gone still has its log.
  const names = new Set([...(replicas.data ?? []).map((one) => one.id), ...(filters.replica ? [filters.replica] : [])]);
  const box = (field: 'previous' | 'wrap' | 'local') => (
    <Checkbox checked={filters[field]} onChange={(event) => onChange({ [field]: event.target.checked })}>
      {t(`logs.${field}`)}
    </Checkbox>
  );
  return (
    <div className="filters">
      <Select
        className="filter-select"
        aria-label={t('logs.replicas')}
        value={filters.replica}
        onChange={(replica) => onChange({ replica })}
        options={[{ value: '', label: t('logs.all') }, ...[...names].map((value) => ({ value, label: value }))]}
      />
      <Select
        className="filter-select"
        mode="multiple"
        maxTagCount="responsive"
        aria-label={t('logs.streams')}
        value={filters.streams}
        onChange={(streams) => streams.length > 0 && onChange({ streams })}
        options={STREAMS.map((value) => ({ value, label: value }))}
      />
      <Select
        className="filter-select"
        mode="multiple"
        maxTagCount="responsive"
        aria-label={t('logs.levels')}
        placeholder={t('logs.allLevels')}
        value={filters.levels}
        onChange={(levels) => onChange({ levels })}
        options={SHOWN_LEVELS.map((value) => ({ value, label: t(`logs.level.${value}`) }))}
      />
      <LogRange since={filters.since} until={filters.until} isLocal={filters.local} onChange={(since, until) => onChange({ since, until })} />
      <Input
        ref={search}
        className="filter-search"
        allowClear
        spellCheck={false}
        aria-label={t('logs.grep')}
        aria-keyshortcuts="/"
        placeholder={t('logs.grep')}
        value={filters.grep}
        onChange={(event) => onChange({ grep: event.target.value })}
      />
      {box('previous')}
      {box('wrap')}
      {box('local')}
      {children}
    </div>
  );
}
