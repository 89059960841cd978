// "Run an Example": the same request in three languages, for public and private endpoints.
export type ExampleLanguage = 'curl' | 'python' | 'javascript';
export const EXAMPLE_LANGUAGES: readonly ExampleLanguage[] = ['curl', 'python', 'javascript'];
export const SAMPLE = '{"data":{"names":["a","b"],"tensor":{"shape":[2,2],"values":[0,0,1,1]}}}';

const curl = (endpoint: string, isPrivate: boolean, body: string): string =>
  [
    'curl -X POST \\',
    ...(isPrivate ? ['  -u <client-name>:<client-token> \\'] : []),
    `  -d '${body.replaceAll("'", "'\\''")}' \\`,
    '  -H "Content-Type: application/json" \\',
    `  ${endpoint}`,
  ].join('\n');

const python = (endpoint: string, isPrivate: boolean, body: string): string =>
  [
    'import requests',
    '',
    'reply = requests.post(',
    `    "${endpoint}",`,
    ...(isPrivate ? ['    auth=("<client-name>", "<client-token>"),'] : []),
    '    headers={"Content-Type": "application/json"},',
    `    data=${JSON.stringify(body)},`,
    '    timeout=60,',
    ')',
    'reply.raise_for_status()',
    'print(reply.json())',
  ].join('\n');

const javascript = (endpoint: string, isPrivate: boolean, body: string): string =>
  [
    `const reply = await fetch("${endpoint}", {`,
    '  method: "POST",',
    '  headers: {',
    '    "Content-Type": "application/json",',
    ...(isPrivate ? ['    Authorization: "Bearer <client-token>",'] : []),
    '  },',
    `  body: ${JSON.stringify(body)},`,
    '});',
    'if (!reply.ok) throw new Error(await reply.text());',
    'console.log(await reply.json());',
  ].join('\n');

export function example(language: ExampleLanguage, endpoint: string, isPrivate: boolean, body = SAMPLE): string {
  return { curl, python, javascript }[language](endpoint, isPrivate, body);
}
