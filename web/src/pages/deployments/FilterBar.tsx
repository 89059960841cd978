import AppstoreOutlined from '@ant-design/icons/AppstoreOutlined';
import BarsOutlined from '@ant-design/icons/BarsOutlined';
import SearchOutlined from '@ant-design/icons/SearchOutlined';
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { groups as calls } from '../../api/people';
import { integer } from '../../lib/format';
import { PHASES, type ListFilters } from '../../lib/listFilters';
import { StatusTag } from '../../ui/StatusTag';

interface FilterBarProps {
  filters: ListFilters;
  onChange: (filters: ListFilters) => void;
  count: number;
  total: number;
}

export function FilterBar({ filters, onChange, count, total }: FilterBarProps) {
  const { t, i18n } = useTranslation();
  const groups = useQuery({ queryKey: ['groups'], queryFn: calls.list });
  return (
    <div className="filters" role="search">
      <Input
        className="filter-search"
        allowClear
        prefix={<SearchOutlined aria-hidden="true" />}
        aria-label={t('list.search')}
        placeholder={t('list.search')}
        value={filters.search}
        onChange={(event) => onChange({ ...filters, search: event.target.value })}
      />
      <Select
        className="filter-select"
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        aria-label={t('list.group')}
        placeholder={t('list.group')}
        value={filters.groups}
        options={(groups.data ?? []).map((group) => ({ value: group.name, label: group.display_name || group.name }))}
        onChange={(value) => onChange({ ...filters, groups: value })}
      />
      <Select
        className="filter-select"
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        aria-label={t('list.status')}
        placeholder={t('list.status')}
        value={filters.phases}
        options={PHASES.map((phase) => ({ value: phase, label: <StatusTag phase={phase} /> }))}
        onChange={(value) => onChange({ ...filters, phases: value })}
      />
      <Checkbox checked={filters.mine} onChange={(event) => onChange({ ...filters, mine: event.target.checked })}>
        {t('list.mine')}
      </Checkbox>
      <span className="filter-count muted" role="status">
        {count === total
          ? t('list.count', { count, number: integer(count, i18n.language) })
          : t('list.countOf', { number: integer(count, i18n.language), total: integer(total, i18n.language) })}
      </span>
      <Segmented
        className="filter-view"
        aria-label={t('list.view')}
        value={filters.view}
        options={[
          { value: 'cards', icon: <AppstoreOutlined aria-hidden />, title: t('list.cards') },
          { value: 'table', icon: <BarsOutlined aria-hidden />, title: t('list.table') },
        ]}
        onChange={(view) => onChange({ ...filters, view: view === 'table' ? 'table' : 'cards' })}
      />
    </div>
  );
}
