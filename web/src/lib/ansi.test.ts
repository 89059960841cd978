import { describe, expect, it } from 'vitest';
import { spansOf } from './ansi';

describe('a coloured log line', () => {
  it('becomes spans, and nothing of the sequences is shown', () => {
    expect(spansOf('\u001b[1;31mERROR\u001b[0m gone\u001b[2K')).toEqual([
      { text: 'ERROR', classes: 'ansi-bold ansi-1' },
      { text: ' gone', classes: '' },
    ]);
  });
  it('is one span when it has no colours; markup stays text', () => {
    expect(spansOf('<b>x</b>')).toEqual([{ text: '<b>x</b>', classes: '' }]);
  });
});
