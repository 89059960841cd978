// Numbers and times as people read them, in the language of the page. All times are UTC inside.
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60],
  ['second', 1],
];

export function relativeTime(time: string, now: number, language: string): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

// "2026-11-22 18:27:38 UTC"
export function utcTime(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function localTime(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(time));
}

export function integer(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

export function cpus(millis: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(millis / 1000);
}

export function bytes(value: number, language: string): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = amount < 10 && unit > 0 ? 1 : 0;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(amount)} ${units[unit]}`;
}

// Three digits at most: "12.3 ms", "1.24 s", "3 min 5 s".
export function duration(milliseconds: number, language: string): string {
  const number = (value: number) => new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(value);
  if (milliseconds < 1000) return `${number(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${number(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (large: number, unit: string, small: number, part: string) => `${large} ${unit}${small ? ` ${small} ${part}` : ''}`;
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  return two(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min');
}

// "registry.example/team/iris:1@sha256:0123…" without what only machines need.
export function shortImage(image: string): string {
  const [name = '', digest] = image.split('@');
  const short = name.split('/').at(-1) ?? name;
  return digest ? `${short}@${digest.replace('sha256:', '').slice(0, 7)}` : short;
}
