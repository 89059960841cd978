import { describe, expect, it } from 'vitest';
import { inputOfTime, isShown, readLogFilters, timeOfInput, writeLogFilters } from './logFilters';

const read = (text: string) => readLogFilters(new URLSearchParams(text));

describe('the filters of the log', () => {
  it('stand in the address only where they differ from the usual', () => {
    expect(writeLogFilters(read('')).toString()).toBe('');
    expect(writeLogFilters(read('stream=event&stream=stderr&stream=stdout')).toString()).toBe('');
  });
  it('come back from the address as they were', () => {
    const all = 'replica=iris-r1-0&stream=stderr&level=error&level=none&grep=a%26b%28&since=15m&until=2026-11-22T10%3A00%3A00Z&previous=1&wrap=1&local=1&line=2026-11-22T10%3A00%3A00.123456789Z%7Eiris-r1-0';
    expect(new URLSearchParams(writeLogFilters(read(all)))).toEqual(new URLSearchParams(all));
    expect(read(all).line).toEqual({ time: '2026-11-22T10:00:00.123456789Z', replica: 'iris-r1-0' });
  });
  it('leave out what they do not know', () => {
    const filters = read('stream=nonsense&level=loud&since=yesterday&line=here');
    expect([filters.streams, filters.levels, filters.since, filters.line]).toEqual([['stdout', 'stderr', 'event'], [], '', null]);
  });
  it('show lines of the wanted levels, and all without a wish', () => {
    expect([isShown('error', []), isShown(null, []), isShown('info', ['error']), isShown(null, ['error', 'none'])]).toEqual([true, true, false, true]);
  });
});

describe('times typed into the range', () => {
  it('are UTC unless local times are shown', () => {
    expect(timeOfInput('2026-11-22T10:11', false)).toBe('2026-11-22T10:11:00Z');
    expect(inputOfTime('2026-11-22T10:11:00Z', false)).toBe('2026-11-22T10:11:00');
    expect(timeOfInput(inputOfTime('2026-11-22T10:11:12Z', true), true)).toBe('2026-11-22T10:11:12Z');
    expect([timeOfInput('', false), inputOfTime('15m', false)]).toEqual(['', '']);
  });
});
