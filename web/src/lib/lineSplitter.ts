// Whole lines out of pieces of text that may be cut anywhere.
export class LineSplitter {
  private rest = '';

  take(piece: string): string[] {
    const parts = (this.rest + piece).split('\n');
    this.rest = parts.pop() ?? '';
    return parts.filter((line) => line !== '');
  }
}
