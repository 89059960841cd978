// All deployments that one may see, as the watched list tells them. Changes that come together are
// told once a frame, so that ten thousand at the start are one rendering.
import { urlOf } from './http';
import { openStream } from './stream';
import type { Deployment } from './types';

export interface FeedView {
  all: ReadonlyMap<string, Deployment>;
  // The list was told once as a whole.
  isComplete: boolean;
  isLive: boolean;
}

export class DeploymentFeed {
  private view: FeedView = { all: new Map(), isComplete: false, isLive: false };
  private next = new Map<string, Deployment>();
  private readonly subscribers = new Set<() => void>();
  private close: (() => void) | undefined;
  private isTold = true;
  private isComplete = false;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.subscribers.add(changed);
    if (this.subscribers.size === 1) this.open();
    return () => {
      this.subscribers.delete(changed);
      if (this.subscribers.size === 0) {
        this.close?.();
        this.close = undefined;
      }
    };
  };

  readonly current = (): FeedView => this.view;

  readonly refresh = (): void => {
    if (!this.close) return;
    this.close();
    this.open();
  };

  // What an own action was answered, before the stream tells it.
  readonly put = (deployment: Deployment): void => {
    this.next.set(deployment.id, deployment);
    this.tellSoon();
  };

  readonly forget = (): void => {
    this.next = new Map();
    this.isComplete = false;
    this.view = { all: new Map(), isComplete: false, isLive: false };
  };

  private open(): void {
    this.close = openStream(
      urlOf('/deployments', { watch: true }),
      {
        reset: () => {
          this.next = new Map();
          this.isComplete = false;
        },
        deployment: (data) => this.put(data as Deployment),
        removed: (data) => {
          this.next.delete((data as { id: string }).id);
          this.tellSoon();
        },
        listed: (data) => {
          const there = new Set((data as { ids: string[] }).ids);
          for (const id of this.next.keys()) if (!there.has(id)) this.next.delete(id);
          this.isComplete = true;
          this.tellSoon();
        },
      },
      (isLive) => {
        this.view = { ...this.view, isLive };
        this.subscribers.forEach((changed) => changed());
      },
    );
  }

  private tellSoon(): void {
    if (!this.isTold) return;
    this.isTold = false;
    requestAnimationFrame(() => {
      this.isTold = true;
      // Until the list is whole again after a reset, what was shown stays, so that nothing flickers.
      if (!this.isComplete && this.view.isComplete) return;
      this.view = { ...this.view, all: new Map(this.next), isComplete: this.isComplete };
      this.subscribers.forEach((changed) => changed());
    });
  }
}

export const deploymentFeed = new DeploymentFeed();
