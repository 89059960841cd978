// What the form holds, and the same as the API takes it. Names of fields are the input ids of the
// original product, so that people and automation find their way.
import type { Deployment, NewDeployment, Writable } from '../../api/types';
import { pairsOf, recordOf, type Pair } from '../../lib/pairs';

const MIB = 1024 * 1024;

export interface FormValues {
  groupId: string;
  name: string;
  ownId: boolean;
  id: string;
  modelImage: string;
  imagePullSecret: string | null;
  description: string;
  instanceType: string;
  replicas: number;
  privateAccess: boolean;
  env: Partial<Pair>[];
  metadata: Partial<Pair>[];
  updateMessage: string;
  port: number;
  health_path: string;
  progress_deadline_seconds: number;
  request_timeout_ms: number;
  body_limit_bytes: number;
  drain_seconds: number;
  replica_concurrency: number;
  requests_per_minute: number;
  allow_websocket: boolean;
}

export const EMPTY: FormValues = {
  groupId: '', name: '', ownId: false, id: '', modelImage: '', imagePullSecret: null, description: '', instanceType: '',
  replicas: 1, privateAccess: false, env: [], metadata: [], updateMessage: '', port: 9000, health_path: '',
  progress_deadline_seconds: 900, request_timeout_ms: 60, body_limit_bytes: 64, drain_seconds: 30, replica_concurrency: 0,
  requests_per_minute: 0, allow_websocket: false,
};

const filled = (rows: Partial<Pair>[] | undefined): Pair[] =>
  (rows ?? []).map((row) => ({ name: (row.name ?? '').trim(), value: row.value ?? '' })).filter((row) => row.name !== '');

export function settingsOf(values: FormValues): Writable & { image: string } {
  return {
    image: values.modelImage.trim(),
    ...(values.instanceType && { instance_type: values.instanceType }),
    replicas: values.replicas,
    environment: filled(values.env),
    metadata: recordOf(filled(values.metadata)),
    description: values.description,
    port: values.port,
    health_path: values.health_path.trim() || null,
    progress_deadline_seconds: values.progress_deadline_seconds,
    request_timeout_ms: Math.round(values.request_timeout_ms * 1000),
    body_limit_bytes: Math.round(values.body_limit_bytes * MIB),
    drain_seconds: values.drain_seconds,
    replica_concurrency: values.replica_concurrency,
    requests_per_minute: values.requests_per_minute,
    allow_websocket: values.allow_websocket,
    pull_secret: values.imagePullSecret || null,
    access: values.privateAccess ? 'private' : 'public',
    ...(values.updateMessage && { message: values.updateMessage }),
  };
}

export function newDeploymentOf(values: FormValues): NewDeployment {
  return { name: values.name.trim(), id: values.id, group: values.groupId, ...settingsOf(values) };
}

export function valuesOf(deployment: Deployment): FormValues {
  return {
    groupId: deployment.group,
    name: deployment.name,
    ownId: true,
    id: deployment.id,
    modelImage: deployment.image,
    imagePullSecret: deployment.pull_secret,
    description: deployment.description,
    instanceType: deployment.instance_type.name,
    replicas: deployment.replicas,
    privateAccess: deployment.access === 'private',
    env: deployment.environment,
    metadata: pairsOf(deployment.metadata),
    updateMessage: '',
    port: deployment.port,
    health_path: deployment.health_path ?? '',
    progress_deadline_seconds: deployment.progress_deadline_seconds,
    request_timeout_ms: deployment.request_timeout_ms / 1000,
    body_limit_bytes: deployment.body_limit_bytes / MIB,
    drain_seconds: deployment.drain_seconds,
    replica_concurrency: deployment.replica_concurrency,
    requests_per_minute: deployment.requests_per_minute,
    allow_websocket: deployment.allow_websocket,
  };
}
