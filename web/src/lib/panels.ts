// Which series stand together in a panel of the Monitoring tab, and what a line is called.
import type { MetricSeries } from '../api/metrics';

export const PANELS = [
  { key: 'qps', names: ['qps'] },
  { key: 'success_rate', names: ['success_rate'] },
  { key: '4xx', names: ['4xx'] },
  { key: '5xx', names: ['5xx'] },
  { key: 'predict_qps', names: ['predict_qps'] },
  { key: 'reward', names: ['reward'] },
  { key: 'latency', names: ['latency_p50', 'latency_p95', 'latency_p99'] },
  { key: 'in_flight', names: ['in_flight'] },
  { key: 'cpu', names: ['cpu'] },
  { key: 'memory', names: ['memory'] },
  { key: 'traffic', names: ['received_bytes', 'sent_bytes'] },
] as const;
export type PanelKey = (typeof PANELS)[number]['key'];

export interface Panel {
  key: PanelKey;
  series: MetricSeries[];
}

// Panels that have a series; with a split only those that can be split so.
export function panelsOf(series: readonly MetricSeries[]): Panel[] {
  return PANELS.map(({ key, names }) => ({
    key,
    series: series.filter((one) => names.some((name) => name === one.name)),
  })).filter((panel) => panel.series.length > 0);
}

// What a panel with several lines calls them; one with a single line calls it as itself.
export interface LineWords {
  title: string;
  received: string;
  sent: string;
}

// "p95", "iris:2 p95", "iris-r1-0"
export function lineName(series: MetricSeries, isAlone: boolean, words: LineWords): string {
  const isPercentile = series.name.startsWith('latency_');
  const isTraffic = series.name.endsWith('_bytes');
  const traffic = series.name === 'sent_bytes' ? words.sent : words.received;
  const part = isPercentile ? series.name.slice('latency_'.length) : isTraffic ? traffic : words.title;
  const { model_image: image, model_version: version, ...others } = series.labels;
  const release = [image?.split('/').at(-1), version].filter(Boolean).join(':');
  const labels = [release, ...Object.values(others)].filter(Boolean).join(' ');
  if (!labels) return part;
  return isAlone || !(isPercentile || isTraffic) ? labels : `${labels} ${part}`;
}

// A short number with its unit: "12.3 ms", "98.2 %", "1.5 GiB".
export function valueText(value: number | null | undefined, unit: string, language: string): string {
  if (value === null || value === undefined) return '-';
  const number = (amount: number) => new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(amount);
  if (unit === 's') return value < 1 ? `${number(value * 1000)} ms` : `${number(value)} s`;
  if (unit === 'ratio') return `${number(value * 100)} %`;
  if (unit === 'B' || unit === 'B/s') {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let amount = value;
    let at = 0;
    while (amount >= 1024 && at < units.length - 1) {
      amount /= 1024;
      at += 1;
    }
    return `${number(amount)} ${units[at]}${unit === 'B/s' ? '/s' : ''}`;
  }
  return number(value);
}

// The path of a sparkline in a box of `width` by `height`; gaps where nobody counted.
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((value): value is number => value !== null);
  const most = Math.max(...known, 0);
  if (known.length === 0 || values.length < 2) return '';
  let path = '';
  let isDown = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const x = ((index / (values.length - 1)) * width).toFixed(1);
    const y = (height - 1 - (most === 0 ? 0 : value / most) * (height - 2)).toFixed(1);
    path += `${isDown ? 'L' : 'M'}${x} ${y}`;
    isDown = true;
  });
  return path;
}
