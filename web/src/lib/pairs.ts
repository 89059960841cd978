// Lists of names and values in forms: metadata and environment variables, and what people paste.
export interface Pair {
  name: string;
  value: string;
}

export function pairsOf(record: Record<string, string>): Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter((pair) => pair.name !== '').map((pair) => [pair.name, pair.value]));
}

// Lines as in a .env file: NAME=value, with or without `export` and quotes; comments are left out.
export function parsePasted(text: string): Pair[] {
  const pairs: Pair[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([^#=\s][^=]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, name = '', value = ''] = match;
    const quoted = /^(["'])(.*)\1$/.exec(value);
    pairs.push({ name, value: quoted?.[2] ?? value });
  }
  return pairs;
}

// Later ones replace earlier ones of the same name; empty rows go.
export function merged(pairs: readonly Pair[], added: readonly Pair[]): Pair[] {
  const out = new Map<string, string>();
  for (const { name, value } of [...pairs, ...added]) if (name) out.set(name, value);
  return [...out].map(([name, value]) => ({ name, value }));
}
