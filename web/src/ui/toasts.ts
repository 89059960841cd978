// Short news that nobody has to act on: what was done, or why not. One list for the page.
export interface Toast {
  key: number;
  text: string;
  kind: 'good' | 'bad';
  link?: { to: string; text: string };
}

const SHOWN_MS = 8000;
let list: readonly Toast[] = [];
let count = 0;
const subscribers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  list = next;
  subscribers.forEach((changed) => changed());
}

export function dismiss(key: number): void {
  set(list.filter((one) => one.key !== key));
}

function add(toast: Omit<Toast, 'key'>): void {
  count += 1;
  const key = count;
  set([...list.slice(-2), { ...toast, key }]);
  setTimeout(() => dismiss(key), SHOWN_MS);
}

export const toasts = {
  good: (text: string, link?: Toast['link']) => add({ text, kind: 'good', ...(link && { link }) }),
  bad: (text: string) => add({ text, kind: 'bad' }),
  failure: (error: unknown) => add({ text: error instanceof Error ? error.message : String(error), kind: 'bad' }),
  subscribe: (changed: () => void) => {
    subscribers.add(changed);
    return () => {
      subscribers.delete(changed);
    };
  },
  current: () => list,
};
