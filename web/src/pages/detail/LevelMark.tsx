import type { LogLevel } from '../../lib/logLevel';

const MARKS: Record<LogLevel, string> = { error: '✕', warn: '▲', info: '●', debug: '·' };

// A mark, a colour and the word, as loggers write it.
export function LevelMark({ level }: { level: LogLevel | null }) {
  return (
    <span className={`log-level log-level-${level ?? 'none'}`}>
      {level && <span aria-hidden="true">{MARKS[level]} </span>}
      {level?.toUpperCase()}
    </span>
  );
}
