import { describe, expect, it } from 'vitest';
import type { DeploymentEvent } from '../api/types';
import { lastRollout } from './rollout';

const event = (sequence: number, kind: string, second: number): DeploymentEvent => ({
  sequence, kind, deployment_id: 'iris', replica: null, message: kind, actor: null,
  time: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
});

describe('the last rollout', () => {
  it('begins with what a person did last, and tells how long each step took', () => {
    const steps = lastRollout([event(1, 'accepted', 0), event(2, 'routed', 1), event(3, 'accepted', 10), event(4, 'ready', 14)]);
    expect(steps.map((step) => [step.event.sequence, step.tookMs])).toEqual([[3, null], [4, 4000]]);
  });
  it('is empty without events and takes no negative time when a clock was set back', () => {
    expect(lastRollout([])).toEqual([]);
    expect(lastRollout([event(1, 'accepted', 5), event(2, 'ready', 3)])[1]?.tookMs).toBe(0);
  });
});
