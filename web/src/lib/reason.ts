// The server's reasons are English sentences put together of clauses: "1 of 2 replicas ready: replica a-r1-0 exits with code
// 1: KeyError; revision 1 goes on serving". The clauses that mean something get a key, so that the page says them in its own
// language; what a model, an engine or a registry said itself stays as it is.
export const REASON_KEYS = [
  'ready', 'notRouted', 'noGateway', 'within', 'toEnd', 'deleting', 'deletingToEnd', 'stopped', 'nothingRuns', 'accepted', 'firstLook', 'goesOn', 'serves', 'drains', 'beside',
  'oneAtATime', 'waits', 'switchedOff', 'replica', 'exits', 'signal', 'ended', 'memory', 'memoryLimit', 'answers', 'slow', 'deaf', 'neverListened', 'noHttp', 'neverStarted',
  'notReady', 'removed', 'cannotStart', 'longAnswer',
] as const;
export type ReasonKey = (typeof REASON_KEYS)[number];
export type ReasonPart = string | { key: ReasonKey; values: Record<string, string> };

// Each at the beginning of what is left; names of groups are the values.
const CLAUSES: readonly [ReasonKey, RegExp][] = [
  ['notRouted', /^(?<ready>\d+) of (?<wanted>\d+) replicas? ready, not every gateway routes to them yet/],
  ['noGateway', /^(?<ready>\d+) of (?<wanted>\d+) replicas? ready, no gateway has asked for its routes yet/],
  ['within', /^(?<ready>\d+) of (?<wanted>\d+) replicas? ready within (?<time>\w+)/],
  ['ready', /^(?<ready>\d+) of (?<wanted>\d+) replicas? ready/],
  ['deletingToEnd', /^being deleted: (?<number>\d+) replicas? to end/],
  ['toEnd', /^(?<number>\d+) replicas? to end/],
  ['deleting', /^being deleted/],
  ['stopped', /^stopped/],
  ['nothingRuns', /^nothing of it runs/],
  ['accepted', /^accepted/],
  ['firstLook', /^waiting for the first look/],
  ['goesOn', /^revision (?<revision>\d+) goes on serving/],
  ['serves', /^revision (?<revision>\d+) serves/],
  ['drains', /^(?<number>\d+) replicas? of an older one drain/],
  ['beside', /^the new replicas start beside the old ones/],
  ['oneAtATime', /^there is no room for more replicas, so they are replaced one at a time/],
  ['waits', /^waits(?=: )/],
  ['switchedOff', /^Model Deployment is not enabled for group '(?<group>[^']*)'/],
  ['replica', /^replica (?<replica>[a-z0-9][a-z0-9-]*-r\d+-\d+) /],
  ['signal', /^exits with code (?<code>\d+) \(signal (?<signal>\d+)\)/],
  ['exits', /^exits with code (?<code>\d+)/],
  ['memoryLimit', /^was killed: out of memory \(limit (?<limit>[^)]*)\)/],
  ['memory', /^was killed: out of memory/],
  ['longAnswer', /^answers (?<path>\/\S*) with more than 64 KiB/],
  ['answers', /^answers (?<code>\d+) on (?<path>\/[^\s;:]*)/],
  ['slow', /^does not answer (?<path>\/\S*) within (?<time>\w+)/],
  ['deaf', /^does not listen on port (?<port>\d+)/],
  ['neverListened', /^never listened on port (?<port>\d+)/],
  ['noHttp', /^accepts connections on port (?<port>\d+) but does not speak HTTP there/],
  ['neverStarted', /^was created but never started/],
  ['notReady', /^is not ready/],
  ['removed', /^was removed from the engine by somebody else/],
  ['cannotStart', /^cannot be started(?=: )/],
  ['ended', /^ended/],
];

function clauseAt(text: string): { part: ReasonPart; length: number } | undefined {
  for (const [key, pattern] of CLAUSES) {
    const match = pattern.exec(text);
    if (!match) continue;
    const rest = text.slice(match[0].length);
    // "stopped" begins many a sentence of others: a clause ends where the next one may begin.
    if (key === 'replica' ? clauseAt(rest) : /^(?:$|; |: )/.test(rest)) return { part: { key, values: { ...match.groups } }, length: match[0].length };
  }
  return undefined;
}

export function readReason(sentence: string): ReasonPart[] {
  const parts: ReasonPart[] = [];
  let rest = sentence;
  while (rest) {
    const clause = clauseAt(rest);
    if (clause) {
      parts.push(clause.part);
      rest = rest.slice(clause.length);
    } else {
      // Somebody else's words, up to a clause of ours.
      let end = rest.indexOf('; ');
      while (end >= 0 && !clauseAt(rest.slice(end + 2))) end = rest.indexOf('; ', end + 2);
      parts.push(end < 0 ? rest : rest.slice(0, end));
      rest = end < 0 ? '' : rest.slice(end);
    }
    const separator = /^(?:; |: )/.exec(rest)?.[0];
    if (separator) {
      parts.push(separator);
      rest = rest.slice(separator.length);
    }
  }
  return parts;
}
