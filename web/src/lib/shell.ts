// A word as a POSIX shell takes it: bare when nothing in it means anything to one, else in single quotes.
export function quoted(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}
