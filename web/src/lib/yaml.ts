// An object as `slipway apply -f` reads it. Writes the JSON-like part of YAML that settings need.
type Value = string | number | boolean | null | undefined | Value[] | { [name: string]: Value };

const PLAIN = /^[A-Za-z0-9_./@][A-Za-z0-9_./:@ -]*$/;
const AMBIGUOUS = /^(true|false|null|yes|no|on|off|y|n|~|[-+.0-9].*)$/i;

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && !AMBIGUOUS.test(value) && !/[:#]\s|\s$|:$/.test(value) ? value : JSON.stringify(value);
}

export function toYaml(value: { [name: string]: Value }, indent = ''): string {
  let out = '';
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const key = scalar(name);
    if (Array.isArray(inner)) {
      out += inner.length === 0 ? `${indent}${key}: []\n` : `${indent}${key}:\n`;
      for (const item of inner) {
        const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
        const text = isObject ? toYaml(item, `${indent}    `).slice(indent.length + 4) : `${scalar(item as string)}\n`;
        out += `${indent}  - ${text}`;
      }
    } else if (typeof inner === 'object' && inner !== null) {
      out += Object.keys(inner).length === 0 ? `${indent}${key}: {}\n` : `${indent}${key}:\n${toYaml(inner, `${indent}  `)}`;
    } else {
      out += `${indent}${key}: ${scalar(inner)}\n`;
    }
  }
  return out;
}
