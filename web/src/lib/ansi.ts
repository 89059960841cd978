// Colours of terminals in log lines, as spans. Only what models' loggers write: bold, dim and the 16
// colours; every other control sequence is left out.
export interface Span {
  text: string;
  classes: string;
}

// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([0-9;]*)([A-Za-z])/g;

export function spansOf(line: string): Span[] {
  if (!line.includes('\u001b')) return [{ text: line, classes: '' }];
  const spans: Span[] = [];
  let state: { bold: boolean; colour: string } = { bold: false, colour: '' };
  let from = 0;
  const push = (text: string) => {
    if (text) spans.push({ text, classes: [state.bold ? 'ansi-bold' : '', state.colour].filter(Boolean).join(' ') });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') state = (match[1] || '0').split(';').map(Number).reduce(after, state);
  }
  push(line.slice(from));
  return spans;
}

function after(state: { bold: boolean; colour: string }, code: number): { bold: boolean; colour: string } {
  if (code === 0) return { bold: false, colour: '' };
  if (code === 1) return { ...state, bold: true };
  if (code === 22) return { ...state, bold: false };
  if (code === 39) return { ...state, colour: '' };
  if (code >= 30 && code <= 37) return { ...state, colour: `ansi-${code - 30}` };
  if (code >= 90 && code <= 97) return { ...state, colour: `ansi-${code - 90}` };
  return state;
}
