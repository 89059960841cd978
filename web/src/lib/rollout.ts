// The last rollout as steps, out of the events of the timeline: what happened since the last thing
// that a person did, and how long each step took.
import type { DeploymentEvent } from '../api/types';

export interface Step {
  event: DeploymentEvent;
  // After the one before it; null for the first.
  tookMs: number | null;
}

// What begins a rollout.
const BEGINNINGS = new Set(['accepted', 'start', 'stop', 'rollback', 'update', 'create']);

export function lastRollout(events: readonly DeploymentEvent[]): Step[] {
  let begin = 0;
  events.forEach((event, index) => {
    if (BEGINNINGS.has(event.kind)) begin = index;
  });
  return events.slice(begin).map((event, index, all) => {
    const before = all[index - 1];
    const tookMs = before?.time && event.time ? Math.max(0, Date.parse(event.time) - Date.parse(before.time)) : null;
    return { event, tookMs };
  });
}
