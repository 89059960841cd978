import { describe, expect, it } from 'vitest';
import type { Deployment } from '../api/types';
import { cli } from './cliCommands';
import { quoted } from './shell';

const before = {
  id: 'iris', name: 'Iris', image: 'iris:1', instance_type: { name: 'cpu-1' }, replicas: 1, environment: [{ name: 'OLD', value: '1' }, { name: 'KEPT', value: 'x' }],
  metadata: { team: 'vision' }, description: '', port: 9000, health_path: '/up', progress_deadline_seconds: 900, request_timeout_ms: 60_000,
  body_limit_bytes: 67_108_864, drain_seconds: 30, replica_concurrency: 0, requests_per_minute: 60, allow_websocket: true, pull_secret: 'company', access: 'public',
} as unknown as Deployment;

describe('a word for the shell', () => {
  it.each([
    ['iris', 'iris'],
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf ~) `x` "y"', '\'$(rm -rf ~) `x` "y"\''],
    ['花卉 分類', "'花卉 分類'"],
    ['two\nlines', "'two\nlines'"],
    ['~root', "'~root'"],
  ])('%j', (word, text) => expect(quoted(word)).toBe(text));
});

describe('the command for what was done', () => {
  it('creates, leaving out what is usual and hiding values of the environment', () => {
    const made = cli.create({
      name: 'My Iris', id: 'my-iris', group: 'vision', image: 'iris:1', replicas: 2, environment: [{ name: 'KEY', value: 'secret' }], metadata: { stage: 'a b' },
      port: 9000, request_timeout_ms: 1500, progress_deadline_seconds: 900, body_limit_bytes: 1_048_576, drain_seconds: 30, health_path: null, pull_secret: null,
      access: 'private', message: "it's new", description: '',
    });
    expect(made).toBe(
      "slipway deployments create 'My Iris' --id my-iris --group vision --image iris:1 --replicas 2 -e 'KEY=••••••' --metadata 'stage=a b' --request-timeout 1500ms --body-limit 1MiB --access private -m 'it'\\''s new'",
    );
    expect(made).not.toContain('secret');
  });
  it('does not let a name or a value pass for an option', () => {
    expect(cli.create({ name: '-rf', id: 'rf', image: 'a:1', description: '-x' })).toBe("slipway deployments create --id rf --image a:1 --description=-x -- -rf");
  });
  it('updates only what differs', () => {
    expect(cli.update(before, { image: 'iris:2', replicas: 1, instance_type: 'cpu-1', environment: [{ name: 'KEPT', value: 'x' }, { name: 'NEW', value: 'y' }], health_path: null, pull_secret: null })).toBe(
      "slipway deployments update iris --image iris:2 -e 'NEW=••••••' --unset-env OLD --health-path '' --pull-secret ''",
    );
  });
  it('says limits and what is allowed, also when they are taken away', () => {
    expect(cli.create({ name: 'a', id: 'a', image: 'a:1', requests_per_minute: 600, allow_websocket: true })).toBe(
      'slipway deployments create a --id a --image a:1 --requests-per-minute 600 --allow-websocket yes',
    );
    expect(cli.create({ name: 'a', id: 'a', image: 'a:1', requests_per_minute: 0, allow_websocket: false })).toBe('slipway deployments create a --id a --image a:1');
    expect(cli.update(before, { requests_per_minute: 0, allow_websocket: false })).toBe(
      'slipway deployments update iris --requests-per-minute 0 --allow-websocket no',
    );
  });
  it('is none where no option says it', () => {
    expect(cli.update(before, { metadata: {} })).toBeNull();
    expect(cli.update(before, { image: 'iris:1', metadata: { team: 'vision' } })).toBeNull();
  });
  it('rolls back, tags, deletes and predicts', () => {
    expect(cli.rollback('iris', 3, 'too slow')).toBe("slipway rollback iris --to 3 -m 'too slow'");
    expect(cli.rollback('iris', 3, '')).toBe('slipway rollback iris --to 3');
    expect([cli.tag('iris', 2, 'good'), cli.tag('iris', 2, '')]).toEqual(['slipway tag iris 2 good', 'slipway tag iris 2 --remove']);
    expect(cli.remove('iris')).toBe('slipway deployments delete iris');
    expect(cli.predict('iris', '[[1,2]]', true)).toBe("SLIPWAY_CLIENT_TOKEN=•••••• slipway predict iris --data '[[1,2]]'");
  });
  it('reads the log with the same filters', () => {
    const filters = { replica: 'iris-r1-0', streams: ['stderr' as const], grep: 'a|b', previous: false, since: '15m', until: '' };
    expect(cli.logs('iris', filters)).toBe("slipway deployments logs iris --replica iris-r1-0 --stream stderr --since 15m --grep 'a|b' -f --tail 2000 --timestamps");
    expect(cli.logs('iris', { ...filters, until: '2026-11-22T10:00:00Z', previous: true })).toContain('--until 2026-11-22T10:00:00Z --grep \'a|b\' --previous --tail 2000');
  });
});
