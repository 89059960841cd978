// Follows stored logs: lines as they come, told in batches, going on behind the last one after the
// connection was lost.
import { LineSplitter } from '../lib/lineSplitter';
import { deploymentPath } from './deployments';
import { send } from './http';
import { isAway } from './problem';
import type { LogLine } from './types';

const AGAIN_MS = 2000;
const BATCH_MS = 80;

export interface LogQuery {
  replica: string;
  stream: string[];
  grep: string;
  previous: boolean;
}

export function logPath(id: string, replica: string): string {
  const base = deploymentPath(id);
  return replica ? `${base}/replicas/${encodeURIComponent(replica)}/logs` : `${base}/logs`;
}

interface Listener {
  lines: (lines: LogLine[]) => void;
  // null: it goes well again.
  problem: (error: unknown) => void;
  live: () => void;
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
    const response = await send('GET', logPath(id, query.replica), {
      query: {
        format: 'ndjson', follow: true, stream: query.stream, grep: query.grep || undefined,
        previous: query.previous || undefined, ...(cursor ? { cursor, tail: -1 } : { tail }),
      },
      signal: abort.signal,
    });
    listener.problem(null);
    listener.live();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const splitter = new LineSplitter();
    while (reader) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const text of splitter.take(value)) {
        const line = JSON.parse(text) as LogLine;
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
