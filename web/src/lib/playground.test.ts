import { describe, expect, it } from 'vitest';
import { bodyOfBytes, bodyOfRows, feedbackOf, pretty } from './playground';

describe('the playground', () => {
  it('makes a tensor of rows of numbers', () => {
    expect(bodyOfRows('5.1, 3.5\t1.4\n\n-1e3;2')).toEqual({ ok: true, body: '{"data":{"ndarray":[[5.1,3.5,1.4],[-1000,2]]}}' });
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
});
