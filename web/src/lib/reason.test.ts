import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReason, REASON_KEYS } from './reason';

const texts = (language: string) => (JSON.parse(readFileSync(join(__dirname, `../i18n/${language}.json`), 'utf8')) as { reason: Record<string, string> }).reason;
const said = (sentence: string, language: string) =>
  readReason(sentence)
    .map((part) => (typeof part === 'string' ? part : (texts(language)[part.key] ?? '?').replace(/{{(\w+)}}/g, (_, name: string) => part.values[name] ?? '?')))
    .join('');

const SENTENCES = [
  '2 of 2 replicas ready',
  '1 of 2 replicas ready, not every gateway routes to them yet',
  '0 of 1 replica ready within 15m: replica iris-r2-0 never listened on port 9000; revision 1 goes on serving',
  "replica iris-x7k2p-r3-0 exits with code 1: ModuleNotFoundError: No module named 'torch'; the new replicas start beside the old ones; revision 2 goes on serving",
  'replica iris-r1-0 exits with code 137 (signal 9)',
  'replica iris-r1-0 was killed: out of memory (limit 512 MiB)',
  '1 of 2 replicas ready: replica iris-r1-1 answers 500 on /health/status',
  '0 of 1 replica ready: replica iris-r1-0 does not answer /health/ping within 2s',
  'stopped; nothing of it runs',
  'being deleted: 2 replicas to end',
  "Model Deployment is not enabled for group 'vision'; 1 replica to end",
  'accepted; waiting for the first look',
  "image 'nowhere:9' does not exist: pull access denied; it may be private; revision 1 goes on serving",
  '0 of 2 replicas ready: waits: the CPU of the group would be 9 of 8; there is no room for more replicas, so they are replaced one at a time',
];

describe('a reason', () => {
  it.each(SENTENCES)('is said in English as the server says it: %s', (sentence) =>
    expect(said(sentence, 'en')).toBe(sentence.replace(/(\d) replica (ready|to end)/, '$1 replicas $2')),
  );
  it('is said in Chinese, but for what others said', () => {
    expect(said('1 of 2 replicas ready', 'zh-TW')).toBe('2 個副本中有 1 個就緒');
    expect(said("replica a-r1-0 exits with code 1: KeyError: 'x'; revision 1 goes on serving", 'zh-TW')).toBe("副本 a-r1-0 結束，代碼 1: KeyError: 'x'; 版本 1 繼續服務");
  });
  it('of which nothing is known stays as it is', () => {
    for (const sentence of ['', 'stopped by a storm', "image 'x' does not exist", '; ', 'replica x sleeps']) expect(readReason(sentence).join('')).toBe(sentence);
  });
  it('has a text for every clause', () => {
    for (const key of REASON_KEYS) expect(texts('zh-TW')).toHaveProperty(key);
  });
});
