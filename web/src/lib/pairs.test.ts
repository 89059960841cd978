import { describe, expect, it } from 'vitest';
import { merged, pairsOf, parsePasted, recordOf } from './pairs';

describe('pasted variables', () => {
  it('are read as a .env file', () => {
    expect(parsePasted('# comment\nA=1\nexport B="two words"\r\n\nC=\'x=y\'\nD: 4\nnothing')).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: 'two words' },
      { name: 'C', value: 'x=y' },
      { name: 'D', value: '4' },
    ]);
  });
  it('replace those of the same name and drop empty rows', () => {
    expect(merged([{ name: 'A', value: '1' }, { name: '', value: '' }], [{ name: 'A', value: '2' }])).toEqual([
      { name: 'A', value: '2' },
    ]);
  });
});

describe('metadata', () => {
  it('is the same after a round trip through rows', () => {
    const metadata = { team: 'vision', 階段: '測試' };
    expect(recordOf(pairsOf(metadata))).toEqual(metadata);
  });
});
