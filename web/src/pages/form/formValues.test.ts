import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../api/types';
import { EMPTY, newDeploymentOf, settingsOf, valuesOf } from './formValues';

describe('the form', () => {
  it('gives the API its own words and units', () => {
    const body = newDeploymentOf({ ...EMPTY, groupId: 'vision', name: ' Iris ', id: 'iris', modelImage: ' iris:1 ', privateAccess: true });
    expect(body).toMatchObject({
      name: 'Iris', group: 'vision', image: 'iris:1', access: 'private', request_timeout_ms: 60_000, body_limit_bytes: 67_108_864,
      health_path: null, pull_secret: null,
    });
    expect(body).not.toHaveProperty('message');
    expect(body).not.toHaveProperty('instance_type');
  });
  it('leaves out rows that nobody filled', () => {
    expect(settingsOf({ ...EMPTY, env: [{}, { name: 'A' }, { value: 'lost' }] }).environment).toEqual([{ name: 'A', value: '' }]);
  });
  it('changes nothing of a deployment that is opened and saved', () => {
    const deployment = {
      id: 'iris', name: 'Iris', group: 'vision', image: 'iris:1', instance_type: { name: 'cpu-1' }, replicas: 2,
      environment: [{ name: 'A', value: '1' }], metadata: { team: 'vision' }, description: 'x', port: 8000, health_path: '/up',
      progress_deadline_seconds: 60, request_timeout_ms: 1500, body_limit_bytes: 1048576, drain_seconds: 3, replica_concurrency: 4, requests_per_minute: 600,
      allow_websocket: true, pull_secret: 's',
      access: 'private',
    } as unknown as Deployment;
    expect(settingsOf(valuesOf(deployment))).toEqual({
      image: 'iris:1', instance_type: 'cpu-1', replicas: 2, environment: [{ name: 'A', value: '1' }], metadata: { team: 'vision' },
      description: 'x', port: 8000, health_path: '/up', progress_deadline_seconds: 60, request_timeout_ms: 1500,
      body_limit_bytes: 1048576, drain_seconds: 3, replica_concurrency: 4, requests_per_minute: 600,
      allow_websocket: true, pull_secret: 's', access: 'private',
    });
  });
});
