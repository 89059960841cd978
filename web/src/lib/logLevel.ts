// Which level a log line has, guessed from its text: models log as they like. A guess helps to find and to filter;
// it never hides anything unless somebody asks for it.
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

// Loggers say the level at the front; JSON may hold it behind a message.
const FRONT = 120;
const JSON_FRONT = 4096;

const WORDS: Record<string, LogLevel> = {
  emerg: 'error', emergency: 'error', alert: 'error', panic: 'error', fatal: 'error', critical: 'error', crit: 'error',
  severe: 'error', error: 'error', err: 'error', e: 'error', f: 'error',
  warning: 'warn', warn: 'warn', w: 'warn',
  notice: 'info', info: 'info', information: 'info', i: 'info',
  debug: 'debug', trace: 'debug', verbose: 'debug', fine: 'debug', d: 'debug', t: 'debug',
};
const NAMES = 'EMERG|ALERT|PANIC|FATAL|CRITICAL|CRIT|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE';

// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;
const KEY = '(?:level|severity|levelname|log_level|loglevel|lvl)';
const JSON_LEVEL = new RegExp(`"${KEY}"\\s*:\\s*(?:"([A-Za-z]+)"|(\\d+))`, 'i');
const LOGFMT_LEVEL = new RegExp(`(?:^|\\s)${KEY}="?([A-Za-z]+)`, 'i');
const GLOG = /^([IWEF])\d{4}(?:\s|$)/;
const UPPER_WORD = new RegExp(`(?:^|[^A-Za-z0-9_])(${NAMES})(?![A-Za-z0-9_=])`);
const BRACKETED = new RegExp(`[[<(|](${NAMES})[\\]>)|]`, 'i');
const FIRST_WORD = new RegExp(`^\\s*(${NAMES}):`, 'i');
const EXCEPTION = /^(?:Traceback \(most recent call last\)|(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)(?::|$))/;
const PYTHON_WARNING = /\b[A-Z]\w*Warning: /;

// Numbers as bunyan and pino write them.
function ofNumber(value: number): LogLevel {
  if (value >= 50) return 'error';
  if (value >= 40) return 'warn';
  return value >= 30 ? 'info' : 'debug';
}

export function levelOf(line: string): LogLevel | null {
  const text = line.slice(0, JSON_FRONT).replace(COLOURS, '');
  const word = (match: RegExpExecArray | null): LogLevel | null => WORDS[match?.[1]?.toLowerCase() ?? ''] ?? null;
  if (/^\s*\{/.test(text)) {
    const match = JSON_LEVEL.exec(text);
    if (match) return match[2] ? ofNumber(Number(match[2])) : word(match);
  }
  const front = text.slice(0, FRONT);
  if (EXCEPTION.test(front)) return 'error';
  for (const pattern of [GLOG, LOGFMT_LEVEL, FIRST_WORD, BRACKETED, UPPER_WORD]) {
    const level = word(pattern.exec(front));
    if (level) return level;
  }
  return PYTHON_WARNING.test(front) ? 'warn' : null;
}

// Line by line: what belongs to the line before (a stack below its error, the next part of a long line) has its level.
export class LevelGuesser {
  private readonly last = new Map<string, { level: LogLevel | null; continues: boolean; isTrace: boolean }>();

  guess(line: { replica: string; stream: string; line: string; continues?: boolean }): LogLevel | null {
    const key = `${line.replica} ${line.stream}`;
    const before = this.last.get(key);
    const isIndented = /^[ \t]+\S/.test(line.line);
    const own = before?.continues ? before.level : isIndented && before?.level ? null : levelOf(line.line);
    const level = own ?? (before && (before.continues || isIndented || before.isTrace) ? before.level : null);
    const isTrace = /^Traceback /.test(line.line) || (before?.isTrace === true && isIndented);
    this.last.set(key, { level, continues: line.continues === true, isTrace });
    return level;
  }
}
