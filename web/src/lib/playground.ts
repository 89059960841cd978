// Bodies of predictions out of what people have: rows of numbers, or a file.

export type Rows = { ok: true; body: string } | { ok: false; line: number };

export type TensorForm = 'ndarray' | 'tensor';

// "5.1, 3.5" a line; blanks, commas, semicolons and tabs part numbers. Names of the columns may be left out. A tensor has a
// shape, so its rows must be equally long; `line` is the first one that is not fine.
export function bodyOfRows(text: string, form: TensorForm = 'ndarray', names = ''): Rows {
  const rows: number[][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[\s,;]+/).filter(Boolean);
    if (words.length === 0) continue;
    const numbers = words.map(Number);
    const isUneven = form === 'tensor' && rows[0] !== undefined && rows[0].length !== numbers.length;
    if (isUneven || numbers.some(Number.isNaN)) return { ok: false, line: index + 1 };
    rows.push(numbers);
  }
  const columns = names.split(',').map((name) => name.trim()).filter(Boolean);
  const values = form === 'tensor' ? { tensor: { shape: [rows.length, rows[0]?.length ?? 0], values: rows.flat() } } : { ndarray: rows };
  return { ok: true, body: JSON.stringify({ data: { ...(columns.length > 0 && { names: columns }), ...values } }) };
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

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// What would have been right, as people type it: a message, the numbers of one, or a word.
function messageOf(truth: string): unknown {
  if (!isJson(truth)) return { strData: truth };
  const value = JSON.parse(truth) as unknown;
  if (Array.isArray(value)) return { data: { ndarray: value } };
  return typeof value === 'object' && value !== null ? value : { data: { ndarray: [value] } };
}

export function feedbackOf(request: string, response: string, reward: number, truth = ''): string {
  return JSON.stringify({
    request: JSON.parse(request) as unknown,
    response: JSON.parse(response) as unknown,
    reward,
    ...(truth.trim() && { truth: messageOf(truth.trim()) }),
  });
}
