// The rule by which a name gives an id (docs/design: the words), in the browser so that it shows as
// one types. The server checks it again.
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX = 5;
const LONGEST = 56;

export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{1,54}[a-z0-9]$/;

export function randomSuffix(random: (below: number) => number = randomBelow): string {
  return Array.from({ length: SUFFIX }, () => ALPHABET[random(ALPHABET.length)]).join('');
}

function randomBelow(below: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % below;
}

// "" when the name has no letter or digit that an id may have.
export function idFromName(name: string, suffix: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST - SUFFIX - 1)
    .replace(/-+$/, '');
  return words ? `${words}-${suffix}` : '';
}
