// Bodies of predictions out of what people have: rows of numbers, or a file.

export type Rows = { ok: true; body: string } | { ok: false; line: number };

// "5.1, 3.5" a line; blanks, commas, semicolons and tabs part numbers.
export function bodyOfRows(text: string): Rows {
  const rows: number[][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[\s,;]+/).filter(Boolean);
    if (words.length === 0) continue;
    const numbers = words.map(Number);
    if (numbers.some(Number.isNaN)) return { ok: false, line: index + 1 };
    rows.push(numbers);
  }
  return { ok: true, body: JSON.stringify({ data: { ndarray: rows } }) };
}

export function bodyOfBytes(bytes: Uint8Array): string {
  let text = '';
  const step = 0x8000;
  for (let at = 0; at < bytes.length; at += step) text += String.fromCharCode(...bytes.subarray(at, at + step));
  return JSON.stringify({ binData: btoa(text) });
}

// JSON with line breaks; anything else as it is.
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function feedbackOf(request: string, response: string, reward: number): string {
  return JSON.stringify({ request: JSON.parse(request) as unknown, response: JSON.parse(response) as unknown, reward });
}
