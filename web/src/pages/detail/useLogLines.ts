import { useEffect, useState } from 'react';
import { followLogs, readAround, readLogs, type LogQuery } from '../../api/logStream';
import type { LogLine } from '../../api/types';
import type { LinkedLine } from '../../lib/logFilters';
import { LevelGuesser, type LogLevel } from '../../lib/logLevel';

export const NEWEST = 2000;
const AROUND = 500;

export type LeveledLine = LogLine & { level: LogLevel | null };

interface LogState {
  lines: LeveledLine[];
  problem: unknown;
  // What there is was told: an empty list is empty, and not under way.
  isTold: boolean;
}
const NOTHING: LogState = { lines: [], problem: null, isTold: false };

// The lines that the query wants: followed, or, up to a time or around a line, read once.
export function useLogLines(id: string, query: LogQuery, around: LinkedLine | null): LogState {
  const [state, setState] = useState<LogState>(NOTHING);
  const wanted = JSON.stringify([query, around]);
  useEffect(() => {
    const [settled, line] = JSON.parse(wanted) as [LogQuery, LinkedLine | null];
    const guesser = new LevelGuesser();
    const leveled = (lines: LogLine[]): LeveledLine[] => lines.map((one) => ({ ...one, level: guesser.guess(one) }));
    setState(NOTHING);
    if (!line && !settled.until) {
      return followLogs(id, settled, NEWEST, {
        lines: (more) => setState((before) => ({ ...before, lines: [...before.lines, ...leveled(more)].slice(-NEWEST) })),
        problem: (problem) => setState((before) => ({ ...before, problem })),
        live: () => setState((before) => ({ ...before, isTold: true })),
      });
    }
    const abort = new AbortController();
    const reading = line ? readAround(id, settled, line, AROUND, abort.signal) : readLogs(id, settled, NEWEST, abort.signal);
    reading.then(
      (lines) => setState({ lines: leveled(lines), problem: null, isTold: true }),
      (problem: unknown) => !abort.signal.aborted && setState({ ...NOTHING, problem }),
    );
    return () => abort.abort();
  }, [id, wanted]);
  return state;
}
