import { describe, expect, it } from 'vitest';
import { bodyOfBytes, bodyOfRows, feedbackOf, pretty } from './playground';

describe('the playground', () => {
  it('makes a tensor of rows of numbers', () => {
    expect(bodyOfRows('5.1, 3.5\t1.4\n\n-1e3;2')).toEqual({ ok: true, body: '{"data":{"ndarray":[[5.1,3.5,1.4],[-1000,2]]}}' });
  });
  it('makes a tensor with a shape and names of columns', () => {
    expect(bodyOfRows('1 2\n3 4\n5 6', 'tensor', 'a, b')).toEqual({ ok: true, body: '{"data":{"names":["a","b"],"tensor":{"shape":[3,2],"values":[1,2,3,4,5,6]}}}' });
    expect(bodyOfRows('1 2\n3', 'tensor')).toEqual({ ok: false, line: 2 });
  });
  it('says which line has something else', () => expect(bodyOfRows('1 2\n3 four')).toEqual({ ok: false, line: 2 }));
  it('sends a file as binData', () => expect(bodyOfBytes(new TextEncoder().encode('hi'))).toBe('{"binData":"aGk="}'));
  it('shows JSON with line breaks and the rest as it is', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty('<h1>no</h1>')).toBe('<h1>no</h1>');
  });
  it('sends what was asked and answered with a reward', () => {
    expect(feedbackOf('{"a":1}', '{"b":2}', 0.5)).toBe('{"request":{"a":1},"response":{"b":2},"reward":0.5}');
  });
  it.each([
    ['[[1, 0]]', '{"data":{"ndarray":[[1,0]]}}'],
    ['{"strData":"x"}', '{"strData":"x"}'],
    ['setosa', '{"strData":"setosa"}'],
    ['2', '{"data":{"ndarray":[2]}}'],
  ])('sends the truth %s', (typed, sent) => {
    expect(feedbackOf('{}', '{}', 1, typed)).toBe(`{"request":{},"response":{},"reward":1,"truth":${sent}}`);
  });
});
