import { describe, expect, it } from 'vitest';
import { LevelGuesser, levelOf } from './logLevel';

describe('the level of a log line', () => {
  it.each([
    ['{"time": "12:00", "level": "error", "msg": "no model"}', 'error'],
    ['{"severity":"WARNING","message":"slow"}', 'warn'],
    ['{"level":30,"msg":"pino"}', 'info'],
    ['{"levelname": "CRITICAL", "message": "INFO is not meant"}', 'error'],
    ['[ERROR] cannot load', 'error'],
    ['[2026-11-22 10:11:12 +0000] [7] [INFO] Booting worker with pid: 7', 'info'],
    ['2026/11/22 10:11:12 [warn] 7#7: upstream is slow', 'warn'],
    ['WARN  o.a.Model - nearly full', 'warn'],
    ['E1122 10:11:12.000000 1 model.cc:42] failed', 'error'],
    ['W1122 10:11:12.000000 1 model.cc:42] hm', 'warn'],
    ['2026-11-22 10:11:12,123 - root - DEBUG - 3 rows', 'debug'],
    ['ERROR:root:it broke', 'error'],
    ['INFO:     127.0.0.1:4711 - "POST /predict HTTP/1.1" 200 OK', 'info'],
    ['time="2026-11-22T10:11:12Z" level=warning msg="disk"', 'warn'],
    ['error: no such file', 'error'],
    ['\u001b[31mERROR\u001b[0m in colours', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ["ModuleNotFoundError: No module named 'torch'", 'error'],
    ['torch.cuda.OutOfMemoryError: CUDA out of memory', 'error'],
    ['/app/Model.py:7: UserWarning: old pickle', 'warn'],
  ])('%s', (line, level) => expect(levelOf(line)).toBe(level));

  it.each(['listens on port 9000', 'no errors so far', 'ERRORS=3', 'INFORMED', '{"predictions": [1]}', '', 'E11220 is a part number'])('is none of "%s"', (line) =>
    expect(levelOf(line)).toBeNull(),
  );
  it('is not looked for in ten megabytes', () => expect(levelOf(`${'x'.repeat(10_485_760)} ERROR`)).toBeNull());
});

describe('lines one after the other', () => {
  const line = (text: string, more = {}) => ({ replica: 'a-r1-0', stream: 'stderr', line: text, ...more });
  it('give a stack the level of what it belongs to, up to the exception', () => {
    const guesser = new LevelGuesser();
    const levels = ['Traceback (most recent call last):', '  File "Model.py", line 1', "KeyError: 'x'", 'goes on'].map((text) => guesser.guess(line(text)));
    expect(levels).toEqual(['error', 'error', 'error', null]);
  });
  it('do not mix replicas', () => {
    const guesser = new LevelGuesser();
    guesser.guess(line('ERROR: a'));
    expect(guesser.guess(line('  indented', { replica: 'a-r1-1' }))).toBeNull();
  });
  it('give all parts of a long line one level', () => {
    const guesser = new LevelGuesser();
    expect(guesser.guess(line('WARN xxxx', { continues: true }))).toBe('warn');
    expect(guesser.guess(line('ERROR in the middle'))).toBe('warn');
    expect(guesser.guess(line('ERROR again'))).toBe('error');
  });
});
