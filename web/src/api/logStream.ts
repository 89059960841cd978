// Stored logs: followed as lines come (told in batches, going on behind the last one after the connection was lost), and
// read as far as they are wanted.
import { LineSplitter } from '../lib/lineSplitter';
import type { LinkedLine } from '../lib/logFilters';
import { deploymentPath } from './deployments';
import { send, type CallOptions } from './http';
import { isAway } from './problem';
import type { LogLine } from './types';

const AGAIN_MS = 2000;
const BATCH_MS = 80;

export interface LogQuery {
  replica: string;
  stream: string[];
  grep: string;
  previous: boolean;
  // '', a time, or how long ago.
  since: string;
  until: string;
}

export function logPath(id: string, replica: string): string {
  const base = deploymentPath(id);
  return replica ? `${base}/replicas/${encodeURIComponent(replica)}/logs` : `${base}/logs`;
}

export function logParameters({ stream, grep, previous, since, until }: LogQuery): NonNullable<CallOptions['query']> {
  return { stream, grep, previous: previous || undefined, since, until };
}

interface Listener {
  lines: (lines: LogLine[]) => void;
  // null: it goes well again.
  problem: (error: unknown) => void;
  live: () => void;
}

async function* batches(id: string, query: LogQuery, more: CallOptions['query'], signal: AbortSignal, opened?: () => void): AsyncGenerator<LogLine[]> {
  const response = await send('GET', logPath(id, query.replica), { query: { format: 'ndjson', ...logParameters(query), ...more }, signal });
  opened?.();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const splitter = new LineSplitter();
  try {
    while (reader) {
      const { done, value } = await reader.read();
      if (done) return;
      yield splitter.take(value).map((text) => JSON.parse(text) as LogLine);
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

// At most `most` lines: the newest, or with `oldest` the first ones.
export async function readLogs(id: string, query: LogQuery, most: number, signal: AbortSignal, oldest = false): Promise<LogLine[]> {
  const out: LogLine[] = [];
  for await (const lines of batches(id, query, { tail: oldest ? -1 : most }, signal)) {
    out.push(...lines);
    if (out.length >= most) break;
  }
  return oldest ? out.slice(0, most) : out.slice(-most);
}

// A line with what came before it and after it.
export async function readAround(id: string, query: LogQuery, { time }: LinkedLine, most: number, signal: AbortSignal): Promise<LogLine[]> {
  const [before, after] = await Promise.all([
    readLogs(id, { ...query, since: '', until: time }, most, signal),
    readLogs(id, { ...query, since: time, until: '' }, most, signal, true),
  ]);
  return [...before, ...after];
}

// Every line that there is, piece by piece, for who sifts them further.
export function allLogs(id: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine[]> {
  return batches(id, query, { tail: -1 }, signal);
}

export function followLogs(id: string, query: LogQuery, tail: number, listener: Listener): () => void {
  const abort = new AbortController();
  const last = new Map<string, number>();
  let batch: LogLine[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = () => {
    timer = undefined;
    listener.lines(batch);
    batch = [];
  };
  const read = async () => {
    const cursor = [...last].map(([replica, number]) => `${replica}:${number}`).join(',');
    const opened = () => {
      listener.problem(null);
      listener.live();
    };
    for await (const lines of batches(id, query, { follow: true, ...(cursor ? { cursor, tail: -1 } : { tail }) }, abort.signal, opened)) {
      for (const line of lines) {
        last.set(line.replica, line.number);
        batch.push(line);
      }
      timer ??= setTimeout(tell, BATCH_MS);
    }
  };
  const loop = async () => {
    while (!abort.signal.aborted) {
      try {
        await read();
      } catch (error) {
        if (abort.signal.aborted) return;
        listener.problem(error);
        // What the server refuses it refuses again; what was cut off is asked for again.
        if (!isAway(error) && !(error instanceof TypeError)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };
  void loop();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
}
