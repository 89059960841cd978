// Takes the API's description from a running slipwayd: npm run openapi http://127.0.0.1:8080
import { writeFileSync } from 'node:fs';

const server = process.argv[2] ?? 'http://127.0.0.1:8080';
const reply = await fetch(`${server}/openapi.json`);
if (!reply.ok) throw new Error(`${server}/openapi.json answers ${reply.status}`);
writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(await reply.json(), null, 1)}\n`);
