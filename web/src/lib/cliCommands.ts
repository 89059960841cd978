// What the UI did, as the command that does the same (docs/cli.md). Values of environment variables are masked: a command
// line stays in the shell's history and in its list of processes.
import type { Deployment, NewDeployment, Writable } from '../api/types';
import type { LogFilters } from './logFilters';
import { commandLine } from './shell';

export const MASK = '••••••';
const MIB = 1024 * 1024;
const USUAL = { replicas: 1, port: 9000, progress_deadline_seconds: 900, request_timeout_ms: 60_000, body_limit_bytes: 64 * MIB, drain_seconds: 30, replica_concurrency: 0, requests_per_minute: 0, allow_websocket: false };

type Words = string[];
const option = (name: string, value: string | undefined | null): Words => (value === undefined || value === null || value === '' ? [] : [name, value]);
// A value that begins with a dash would be taken for an option.
const attached = (name: string, value: string): Words => (value.startsWith('-') ? [`${name}=${value}`] : [name, value]);

function time(milliseconds: number): string {
  if (milliseconds % 60_000 === 0 && milliseconds > 0) return `${milliseconds / 60_000}m`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
function size(bytes: number): string {
  return bytes % MIB === 0 ? `${bytes / MIB}MiB` : String(bytes);
}

// The settings that differ from `before`.
function settings(now: Writable, before: Writable): Words {
  const words: Words = [];
  const put = <Name extends keyof Writable>(field: Name, name: string, text: (value: NonNullable<Writable[Name]>) => string) => {
    const value = now[field];
    if (value === undefined || value === before[field]) return;
    words.push(...(value === null ? [name, ''] : attached(name, text(value as NonNullable<Writable[Name]>))));
  };
  const same = String;
  put('image', '--image', same);
  put('instance_type', '--instance-type', same);
  put('replicas', '--replicas', same);
  const old = new Map((before.environment ?? []).map(({ name, value }) => [name, value]));
  for (const { name, value } of now.environment ?? []) {
    if (old.get(name) !== value) words.push('-e', `${name}=${MASK}`);
    old.delete(name);
  }
  if (now.environment) for (const name of old.keys()) words.push('--unset-env', name);
  for (const [key, value] of Object.entries(now.metadata ?? {})) {
    if (before.metadata?.[key] !== value) words.push(...attached('--metadata', `${key}=${value}`));
  }
  put('description', '--description', same);
  put('port', '--port', same);
  put('health_path', '--health-path', same);
  put('progress_deadline_seconds', '--progress-deadline', (seconds) => time(seconds * 1000));
  put('request_timeout_ms', '--request-timeout', time);
  put('body_limit_bytes', '--body-limit', size);
  put('drain_seconds', '--drain', (seconds) => time(seconds * 1000));
  put('replica_concurrency', '--replica-concurrency', same);
  put('requests_per_minute', '--requests-per-minute', same);
  put('allow_websocket', '--allow-websocket', (allowed) => (allowed ? 'yes' : 'no'));
  put('access', '--access', same);
  put('pull_secret', '--pull-secret', same);
  if (now.message) words.push(...attached('-m', now.message));
  return words;
}

// Metadata cannot be taken away with options; a file can say all of it.
function losesMetadata(now: Writable, before: Deployment): boolean {
  return now.metadata !== undefined && Object.keys(before.metadata).some((key) => !(key in (now.metadata ?? {})));
}

export const cli = {
  create: ({ name, id, group, ...rest }: NewDeployment): string => {
    const nothing = { ...USUAL, description: '', health_path: null, pull_secret: null, access: 'public' as const };
    const named = name.startsWith('-') ? ['--', name] : [name];
    const words = ['slipway', 'deployments', 'create', ...(name.startsWith('-') ? [] : named), ...option('--id', id), ...option('--group', group), ...settings(rest, nothing)];
    return commandLine(name.startsWith('-') ? [...words, ...named] : words);
  },
  // null: no options say that; the file that the form shows does.
  update: (before: Deployment, now: Writable): string | null => {
    if (losesMetadata(now, before)) return null;
    const { instance_type, ...old } = before;
    const words = settings(now, { ...old, instance_type: instance_type.name } as Writable);
    return words.length === 0 ? null : commandLine(['slipway', 'deployments', 'update', before.id, ...words]);
  },
  start: (id: string): string => commandLine(['slipway', 'deployments', 'start', id]),
  stop: (id: string): string => commandLine(['slipway', 'deployments', 'stop', id]),
  remove: (id: string): string => commandLine(['slipway', 'deployments', 'delete', id]),
  rollback: (id: string, to: number, message: string): string =>
    commandLine(['slipway', 'rollback', id, '--to', String(to), ...(message ? attached('-m', message) : [])]),
  diff: (id: string, from: number, to: number): string => commandLine(['slipway', 'diff', id, String(from), String(to)]),
  tag: (id: string, revision: number, tag: string): string => commandLine(['slipway', 'tag', id, String(revision), ...(tag ? [tag] : ['--remove'])]),
  addClient: (id: string, name: string, expires: string): string =>
    commandLine(['slipway', 'clients', 'add', id, name || 'CLIENT', ...option('--expires', expires)]),
  logs: (id: string, filters: Pick<LogFilters, 'replica' | 'streams' | 'grep' | 'previous' | 'since' | 'until'>): string =>
    commandLine([
      'slipway', 'deployments', 'logs', id, ...option('--replica', filters.replica), ...filters.streams.flatMap((name) => ['--stream', name]),
      ...option('--since', filters.since), ...option('--until', filters.until), ...(filters.grep ? attached('--grep', filters.grep) : []),
      ...(filters.previous ? ['--previous'] : []), ...(filters.until ? [] : ['-f']), '--tail', '2000', '--timestamps',
    ]),
  // The token is not on the command line: it is masked, and the environment is where the command looks for it.
  predict: (id: string, body: string, isPrivate: boolean): string =>
    `${isPrivate ? `SLIPWAY_CLIENT_TOKEN=${MASK} ` : ''}${commandLine(['slipway', 'predict', id, '--data', body])}`,
  metrics: (id: string, range: string, by: string): string =>
    commandLine(['slipway', 'deployments', 'metrics', id, '--range', range, ...(by === 'none' ? [] : ['--by', by])]),
};
