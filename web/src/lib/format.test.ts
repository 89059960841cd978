import { describe, expect, it } from 'vitest';
import { bytes, cpus, duration, integer, relativeTime, shortImage, utcTime } from './format';

describe('formatters', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  it('tell times as distances, in both languages', () => {
    expect(relativeTime('2026-11-22T11:57:10Z', now, 'en')).toBe('2 minutes ago');
    expect(relativeTime('2026-11-21T11:00:00Z', now, 'en')).toBe('yesterday');
    expect(relativeTime('2026-11-22T11:57:10Z', now, 'zh-TW')).toBe('2 分鐘前');
    expect(relativeTime('2026-11-22T12:00:00.400Z', now, 'en')).toBe('now');
  });
  it('tell the exact time in UTC', () => expect(utcTime('2026-11-22T18:27:38.668855Z')).toBe('2026-11-22 18:27:38 UTC'));
  it('group digits and round', () => {
    expect(integer(1234567, 'en')).toBe('1,234,567');
    expect(cpus(1500, 'en')).toBe('1.5');
    expect(bytes(1073741824, 'en')).toBe('1 GiB');
    expect(bytes(1610612736, 'en')).toBe('1.5 GiB');
    expect(bytes(512, 'en')).toBe('512 B');
  });
  it('give durations three digits at most', () => {
    expect(duration(12.345678, 'en')).toBe('12.3 ms');
    expect(duration(1240, 'en')).toBe('1.24 s');
    expect(duration(185_000, 'en')).toBe('3 min 5 s');
    expect(duration(900_000, 'en')).toBe('15 min');
    expect(duration(7_320_000, 'en')).toBe('2 h 2 min');
  });
  it('shorten images to what people say', () => {
    expect(shortImage('registry.example:5000/team/iris:1')).toBe('iris:1');
    expect(shortImage('r/iris:1@sha256:0123456789')).toBe('iris:1@0123456');
  });
});
