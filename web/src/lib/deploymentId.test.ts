import { describe, expect, it } from 'vitest';
import { ID_PATTERN, idFromName, randomSuffix } from './deploymentId';

describe('an id from a name', () => {
  it('is lower case, with one dash for what is no letter or digit', () => {
    expect(idFromName('My  Model_v2!', 'abc12')).toBe('my-model-v2-abc12');
  });
  it('never begins with a dash and is cut so that the suffix fits', () => {
    expect(idFromName('--x', 'abc12')).toBe('x-abc12');
    const long = idFromName('a'.repeat(200), 'abc12');
    expect(long).toHaveLength(56);
    expect(long).toMatch(ID_PATTERN);
  });
  it('is empty for a name without latin letters or digits', () => {
    expect(idFromName('花卉分類', 'abc12')).toBe('');
    expect(idFromName('', 'abc12')).toBe('');
  });
  it('keeps the latin part of a mixed name', () => {
    expect(idFromName('iris 花', 'abc12')).toBe('iris-abc12');
  });
});

describe('a suffix', () => {
  it('has five characters of the alphabet', () => {
    expect(randomSuffix(() => 0)).toBe('aaaaa');
    expect(randomSuffix((below) => below - 1)).toBe('99999');
  });
});
