// What the Logs tab shows, as the address bar keeps it: whoever opens the address sees the same.
import { LOG_LEVELS, type LogLevel } from './logLevel';

export const STREAMS = ['stdout', 'stderr', 'pull', 'event'] as const;
export type LogStreamName = (typeof STREAMS)[number];
const USUAL: readonly LogStreamName[] = ['stdout', 'stderr', 'event'];

// "none": lines that say no level.
export const SHOWN_LEVELS = [...LOG_LEVELS, 'none'] as const;
export type ShownLevel = LogLevel | 'none';

// How long ago, as the API takes it.
export const RANGES = ['15m', '1h', '6h', '24h', '7d'] as const;

export interface LinkedLine {
  time: string;
  replica: string;
}

export interface LogFilters {
  replica: string;
  streams: LogStreamName[];
  // Empty: all.
  levels: ShownLevel[];
  grep: string;
  previous: boolean;
  // '', how long ago ("15m"), or a time.
  since: string;
  until: string;
  wrap: boolean;
  local: boolean;
  line: LinkedLine | null;
}

const isOne = <Name extends string>(names: readonly Name[], word: string): word is Name => names.some((name) => name === word);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/;

export function isAgo(text: string): boolean {
  return /^\d+[smhd]$/.test(text);
}

export function readLogFilters(query: URLSearchParams): LogFilters {
  const moment = (name: string) => {
    const text = query.get(name) ?? '';
    return isAgo(text) || TIME.test(text) ? text : '';
  };
  const streams = query.getAll('stream').filter((word) => isOne(STREAMS, word)) as LogStreamName[];
  const [time = '', replica = ''] = (query.get('line') ?? '').split('~');
  return {
    replica: query.get('replica') ?? '',
    streams: streams.length > 0 ? streams : [...USUAL],
    levels: query.getAll('level').filter((word) => isOne(SHOWN_LEVELS, word)) as ShownLevel[],
    grep: query.get('grep') ?? '',
    previous: query.get('previous') === '1',
    since: moment('since'),
    until: moment('until'),
    wrap: query.get('wrap') === '1',
    local: query.get('local') === '1',
    line: TIME.test(time) && replica ? { time, replica } : null,
  };
}

export function writeLogFilters(filters: LogFilters): URLSearchParams {
  const query = new URLSearchParams();
  const put = (name: string, value: string) => value && query.set(name, value);
  put('replica', filters.replica);
  if (filters.streams.length !== USUAL.length || !USUAL.every((name) => filters.streams.includes(name))) {
    filters.streams.forEach((name) => query.append('stream', name));
  }
  filters.levels.forEach((level) => query.append('level', level));
  put('grep', filters.grep);
  put('since', filters.since);
  put('until', filters.until);
  put('previous', filters.previous ? '1' : '');
  put('wrap', filters.wrap ? '1' : '');
  put('local', filters.local ? '1' : '');
  put('line', filters.line ? `${filters.line.time}~${filters.line.replica}` : '');
  return query;
}

export function isSameLine(a: LinkedLine | null, b: LinkedLine | null): boolean {
  return a?.time === b?.time && a?.replica === b?.replica;
}

export function isShown(level: LogLevel | null, wanted: readonly ShownLevel[]): boolean {
  return wanted.length === 0 || wanted.includes(level ?? 'none');
}

// What <input type="datetime-local"> shows of a time, and the time that it means.
export function inputOfTime(time: string, isLocal: boolean): string {
  if (!TIME.test(time)) return '';
  const date = new Date(time);
  const shifted = isLocal ? new Date(date.getTime() - date.getTimezoneOffset() * 60_000) : date;
  return shifted.toISOString().slice(0, 19);
}

export function timeOfInput(text: string, isLocal: boolean): string {
  const millis = Date.parse(isLocal ? text : `${text}Z`);
  return Number.isNaN(millis) ? '' : `${new Date(millis).toISOString().slice(0, 19)}Z`;
}
