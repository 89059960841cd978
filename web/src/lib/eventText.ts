// What server-sent events say, out of pieces of text that may be cut anywhere: the data of each event.
export class EventText {
  private rest = '';
  private data: string[] = [];

  take(piece: string): string[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    const events: string[] = [];
    for (const raw of lines) {
      const line = raw.replace(/\r$/, '');
      const match = /^data:? ?(.*)$/.exec(line);
      if (match) this.data.push(match[1] ?? '');
      if (line === '' && this.data.length > 0) {
        events.push(this.data.join('\n'));
        this.data = [];
      }
    }
    return events;
  }
}
