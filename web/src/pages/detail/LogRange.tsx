import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inputOfTime, isAgo, RANGES, timeOfInput } from '../../lib/logFilters';

interface LogRangeProps {
  since: string;
  until: string;
  isLocal: boolean;
  onChange: (since: string, until: string) => void;
}

// The newest, those of the last while, or from one time to another.
export function LogRange({ since, until, isLocal, onChange }: LogRangeProps) {
  const { t } = useTranslation();
  const hasTimes = until !== '' || (since !== '' && !isAgo(since));
  const [isPicking, setPicking] = useState(false);
  const isCustom = hasTimes || isPicking;
  const choose = (value: string) => {
    setPicking(value === 'custom');
    onChange(value === 'custom' ? (hasTimes ? since : '') : value, value === 'custom' ? until : '');
  };
  const options = [
    { value: '', label: t('logs.newest') },
    ...RANGES.map((value) => ({ value, label: t(`logs.range.${value}`) })),
    ...(isAgo(since) && !RANGES.some((one) => one === since) ? [{ value: since, label: since }] : []),
    { value: 'custom', label: t('logs.range.custom') },
  ];
  const input = (label: string, value: string, change: (time: string) => void) => (
    <label className="log-moment">
      {label}
      <input type="datetime-local" step={1} value={inputOfTime(value, isLocal)} onChange={(event) => change(timeOfInput(event.target.value, isLocal))} />
    </label>
  );
  return (
    <>
      <Select className="filter-select" aria-label={t('logs.time')} value={isCustom ? 'custom' : since} onChange={choose} options={options} />
      {isCustom && input(t('logs.from'), since, (time) => onChange(time, until))}
      {isCustom && input(t('logs.to'), until, (time) => onChange(isAgo(since) ? '' : since, time))}
    </>
  );
}
