// One call to the API: JSON both ways, the session's CSRF token, problems as errors. What every call
// has to tell the rest of the UI (the session is over, the server went away) goes to `listeners`.
import { AwayError, errorOf, ProblemError } from './problem';

export interface CallOptions {
  query?: Record<string, string | number | boolean | string[] | undefined>;
  body?: unknown;
  ifMatch?: number;
  signal?: AbortSignal;
}

interface Listeners {
  unauthenticated: () => void;
  away: () => void;
}

const listeners: Listeners = { unauthenticated: () => undefined, away: () => undefined };
let csrfToken = '';

export function listen(to: Partial<Listeners>): void {
  Object.assign(listeners, to);
}

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

export function urlOf(path: string, query: CallOptions['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      parameters.append(name, typeof one === 'boolean' ? (one ? '1' : '0') : String(one));
    }
  }
  const text = parameters.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

// Also on pages that are served without TLS, where crypto.randomUUID does not exist.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken;
  if (method === 'POST') headers['Idempotency-Key'] = randomKey();
  if (['POST', 'PUT', 'PATCH'].includes(method)) headers['Content-Type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`;
  const withBody = headers['Content-Type'] !== undefined;
  let response: Response;
  try {
    response = await fetch(urlOf(path, options.query), {
      method,
      headers,
      ...(withBody && { body: JSON.stringify(options.body ?? {}) }),
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    listeners.away();
    throw new AwayError();
  }
  if (response.ok) return response;
  const error = errorOf(response.status, await response.json().catch(() => undefined));
  if (error instanceof AwayError) listeners.away();
  if (error instanceof ProblemError && error.status === 401 && path !== '/session') listeners.unauthenticated();
  throw error;
}

async function call<T>(method: string, path: string, options?: CallOptions): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const http = {
  get: <T>(path: string, query?: CallOptions['query'], signal?: AbortSignal) =>
    call<T>('GET', path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('POST', path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: CallOptions) => call<T>('PATCH', path, { ...options, body }),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, { body }),
  remove: (path: string, options?: CallOptions) => call<undefined>('DELETE', path, options),
};

// All pages of a list, for lists that people read as a whole.
export async function getAll<Item>(path: string, query: CallOptions['query'] = {}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: { items: Item[]; next_cursor: string | null } = await http.get(path, { ...query, limit: 1000, cursor });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
