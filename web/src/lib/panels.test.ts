import { describe, expect, it } from 'vitest';
import type { MetricSeries } from '../api/metrics';
import { lineName, panelsOf, sparkPath, valueText } from './panels';

const series = (name: string, labels: Record<string, string> = {}): MetricSeries => ({ name, unit: 's', labels, values: [] });

describe('panels', () => {
  it('are those that have a series, in the order of the manual', () => {
    const panels = panelsOf([series('latency_p95'), series('qps'), series('latency_p50'), series('unheard_of')]);
    expect(panels.map((panel) => [panel.key, panel.series.length])).toEqual([['qps', 1], ['latency', 2]]);
  });
  it('name their lines', () => {
    const words = { title: '流量', received: '接收', sent: '傳送' };
    expect(lineName(series('latency_p95'), false, words)).toBe('p95');
    expect(lineName(series('latency_p95', { model_image: 'registry/team/iris', model_version: '2' }), false, words)).toBe('iris:2 p95');
    expect(lineName(series('qps', { client: 'web-shop' }), false, words)).toBe('web-shop');
    expect(lineName(series('qps'), true, words)).toBe('流量');
    expect(lineName(series('received_bytes'), false, words)).toBe('接收');
    expect(lineName(series('sent_bytes', { replica: 'r-1' }), false, words)).toBe('r-1 傳送');
  });
  it('tell values with units and three digits', () => {
    expect(valueText(0.0123456, 's', 'en')).toBe('12.3 ms');
    expect(valueText(0.98214, 'ratio', 'en')).toBe('98.2 %');
    expect(valueText(1610612736, 'B', 'en')).toBe('1.5 GiB');
    expect(valueText(2048, 'B/s', 'en')).toBe('2 KiB/s');
    expect(valueText(null, '1/s', 'en')).toBe('-');
    expect(valueText(0, '1/s', 'en')).toBe('0');
  });
});

describe('a sparkline', () => {
  it('is scaled to its largest value and interrupted where nobody counted', () => {
    expect(sparkPath([0, 10, null, 5], 30, 12)).toBe('M0.0 11.0L10.0 1.0M30.0 6.0');
  });
  it('is a flat line without traffic and nothing without history', () => {
    expect(sparkPath([0, 0], 10, 12)).toBe('M0.0 11.0L10.0 11.0');
    expect(sparkPath([null, null], 10, 12)).toBe('');
  });
});
