import { describe, expect, it } from 'vitest';
import { EventText } from './eventText';

describe('server-sent events', () => {
  it('are told once they are whole, wherever the pieces are cut', () => {
    const events = new EventText();
    expect(events.take('data: {"tok')).toEqual([]);
    expect(events.take('en":1}\r\n\r\nevent: x\nid: 7\ndata: a\ndata: b\n')).toEqual(['{"token":1}']);
    expect(events.take('\n: a comment\n\ndata:c\n\n')).toEqual(['a\nb', 'c']);
  });
});
