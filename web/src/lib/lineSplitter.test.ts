import { describe, expect, it } from 'vitest';
import { LineSplitter } from './lineSplitter';

describe('lines out of pieces', () => {
  it('are whole wherever a piece was cut', () => {
    const splitter = new LineSplitter();
    expect(splitter.take('{"a":1}\n{"b"')).toEqual(['{"a":1}']);
    expect(splitter.take(':2')).toEqual([]);
    expect(splitter.take('}\n\n')).toEqual(['{"b":2}']);
  });
});
