// Usage: node llhttp_agrees.mjs <h1_framing_dump> <corpus folder>
//
// Holds our HTTP/1 framing against llhttp, the parser inside Node.js, over the fuzz corpus and some
// thousand requests mutated from good ones. The claim: whatever we accept, llhttp accepts with the
// same method, target, number of fields and body, and it sees the message end at the same byte. We
// may refuse more. Deterministic: the mutations come from a fixed seed.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [dump, corpus] = process.argv.slice(2);
const { HTTPParser, methods } = process.binding('http_parser');

const MUTATIONS = 6000;
const FEWEST_CASES = 500;
const FEWEST_ACCEPTED = 500;

const GOOD = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /a/b?c=d&e HTTP/1.1\r\nHost: a.example:8080\r\nAccept: */*\r\nUser-Agent: x/1.0\r\n\r\n',
  'GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n',
  'HEAD /h HTTP/1.0\r\n\r\n',
  'GET /k HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
  'GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
  'PATCH /p HTTP/1.1\r\nHost: a\r\nContent-Length: 03\r\nExpect: 100-continue\r\n\r\nabc',
  'DELETE /p HTTP/1.1\r\nHost: a\r\nX-Long: ' + 'v'.repeat(300) + '\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n' +
    'A;x=y;z="q r"\r\n0123456789\r\n3;w\r\nabc\r\n00\r\nT: u\r\nV:\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'GET /u HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'POST /u HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok',
  'TRACE /t HTTP/1.1\r\nHost: a\r\nX:y\r\nX: z \r\nY:\t\r\n\r\n',
  'GET /many HTTP/1.1\r\nHost: a\r\n' + 'N: v\r\n'.repeat(60) + '\r\n',
];

const TOKENS = [
  '\r', '\n', '\r\n', ' ', '\t', ':', ';', ',', '=', '"', '\\', '\0', '\x7f', '\x80', '\xff', '0',
  '1', '5', 'a', 'F', 'g', '-', '+', '%', '#', '?', '*', '@', '[', ']', '\x0b', '\x0c', '\x1b',
  '\r\n ', '\r\n\r\n', 'chunked', 'gzip, chunked', 'identity', 'Host: b\r\n', 'Content-Length: 5\r\n',
  'Content-Length: 0\r\n', 'Content-Length : 5\r\n', 'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding:\tchunked\r\n', 'Transfer-Encoding: chunked, chunked\r\n', 'TE: trailers\r\n',
  'Connection: close\r\n', 'Connection: keep-alive\r\n', 'Connection: upgrade\r\n',
  'Upgrade: x\r\n', 'Connection: keep-alive, close\r\n', 'Expect: 100-continue\r\n', 'X-A: b\r\n',
  'Keep-Alive: 5\r\n', 'Proxy-Connection: close\r\n', 'Trailer: T\r\n', 'HTTP/1.0', 'HTTP/1.1',
  'HTTP/2.0', '0x', '\r\n0\r\n\r\n', '0;a="b"\r\n\r\n', ';a=b', ';a="b;c"', '; a=b', 'ffffffff',
];

// Numerical Recipes' generator: enough for picking, the same everywhere.
function generator(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function mutate(text, pick) {
  for (let changes = 1 + pick(2); changes > 0; changes--) {
    const at = pick(text.length + 1);
    const token = TOKENS[pick(TOKENS.length)];
    // Where whole lines are of interest, at the beginning of a line.
    const line = text.indexOf('\r\n', pick(text.length)) + 2;
    switch (pick(5)) {
      case 0: text = text.slice(0, at) + token + text.slice(at); break;
      case 1: text = text.slice(0, at) + token + text.slice(at + token.length); break;
      case 2: text = text.slice(0, at) + text.slice(at + 1 + pick(3)); break;
      default: text = text.slice(0, line) + token + text.slice(line);
    }
  }
  return text;
}

function collectCases() {
  const cases = [];
  const add = (name, bytes) => cases.push({ name, bytes });
  for (const file of readdirSync(join(corpus, 'h1_head')).sort()) {
    add(`h1_head/${file}`, readFileSync(join(corpus, 'h1_head', file)));
  }
  const chunkedHead = Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (const file of readdirSync(join(corpus, 'chunked')).sort()) {
    add(`chunked/${file}`, Buffer.concat([chunkedHead, readFileSync(join(corpus, 'chunked', file))]));
  }
  for (const first of GOOD) {
    add('good', Buffer.from(first, 'latin1'));
    for (const second of GOOD) add('good pair', Buffer.from(first + second, 'latin1'));
  }
  const pick = generator(20261122);
  for (let i = 0; i < MUTATIONS; i++) {
    const text = mutate(GOOD[pick(GOOD.length)], pick) + (pick(2) ? GOOD[pick(GOOD.length)] : '');
    add(`mutation ${i}`, Buffer.from(text, 'latin1'));
  }
  return cases;
}

function ours(cases) {
  const records = [];
  for (const { bytes } of cases) {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    records.push(size, bytes);
  }
  const run = spawnSync(dump, { input: Buffer.concat(records), maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`${dump} failed: ${run.error ?? run.stderr}`);
  const lines = run.stdout.toString('latin1').trimEnd().split('\n');
  if (lines.length !== cases.length) throw new Error(`${lines.length} answers to ${cases.length}`);
  return lines.map((line) => JSON.parse(line));
}

// One connection's parser, with what it has reported.
class Llhttp {
  constructor() {
    this.parser = new HTTPParser();
    this.parser.initialize(HTTPParser.REQUEST, {}, 1 << 20, 0);
    this.begin();
    let early = { headers: [], url: '' };
    this.parser[HTTPParser.kOnHeaders] = (headers, url) => {
      early.headers.push(...headers);
      early.url += url;
    };
    this.parser[HTTPParser.kOnHeadersComplete] =
      (major, minor, headers, method, url, status, reason, upgrade, keepAlive) => {
        this.head = {
          method: methods[method],
          target: early.url + (url ?? ''),
          fields: (early.headers.length + (headers?.length ?? 0)) / 2,
          upgrade: Boolean(upgrade),
          keepAlive,
        };
        early = { headers: [], url: '' };
        return 0;
      };
    this.parser[HTTPParser.kOnBody] = (bytes) => { this.body += bytes.length; };
    // Trailers arrive by kOnHeaders too; they are of no message that follows.
    this.parser[HTTPParser.kOnMessageComplete] = () => {
      this.complete += 1;
      early = { headers: [], url: '' };
    };
  }

  begin() {
    this.head = null;
    this.body = 0;
    this.complete = 0;
  }

  // An error message, or nothing.
  feed(bytes) {
    if (bytes.length === 0) return undefined;
    const result = this.parser.execute(bytes);
    return result instanceof Error ? `${result.code}: ${result.reason}` : undefined;
  }

  close() { this.parser.close(); }
}

// How llhttp disagrees with our framing of one stream, or nothing.
function disagreement(bytes, messages) {
  const llhttp = new Llhttp();
  try {
    for (const message of messages) {
      llhttp.begin();
      const error = llhttp.feed(bytes.subarray(message.start, message.end - 1));
      if (error) return `llhttp refuses: ${error}`;
      if (llhttp.complete) return 'llhttp ends the message earlier';
      const lastError = llhttp.feed(bytes.subarray(message.end - 1, message.end));
      if (lastError) return `llhttp refuses the last byte: ${lastError}`;
      if (!llhttp.head) return 'llhttp has no head yet';
      if (llhttp.complete !== 1 && !message.upgrade) return 'llhttp ends the message later';
      const head = llhttp.head;
      for (const [what, a, b] of [
        ['method', message.method, head.method], ['target', message.target, head.target],
        ['fields', message.fields, head.fields], ['body', message.body, llhttp.body],
        ['upgrade', message.upgrade, head.upgrade],
      ]) {
        if (a !== b) return `${what}: ours ${a}, llhttp ${b}`;
      }
      // Not framing, and read otherwise: llhttp heeds Proxy-Connection, and on HTTP/1.0 lets
      // keep-alive win over close. Having decided to close it takes no further message.
      if (!head.keepAlive) return undefined;
    }
    return undefined;
  } finally {
    llhttp.close();
  }
}

const cases = collectCases();
const answers = ours(cases);
let accepted = 0;
let refused = 0;
let bad = 0;
cases.forEach(({ name, bytes }, i) => {
  const { messages, refused: refusal } = answers[i];
  accepted += messages.length;
  if (refusal) refused += 1;
  const how = disagreement(bytes, messages);
  if (how) {
    bad += 1;
    console.error(`${name}: ${how}\n  ${JSON.stringify(bytes.toString('latin1'))}`);
  }
});
console.log(`llhttp ${process.versions.llhttp}: ${cases.length} streams, ${accepted} messages ` +
  `accepted by us, ${refused} streams refused, ${bad} disagreements`);
if (cases.length < FEWEST_CASES || accepted < FEWEST_ACCEPTED) {
  console.error('too few cases: the comparison would prove nothing');
  bad += 1;
}
process.exit(bad === 0 ? 0 : 1);
