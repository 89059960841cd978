// What the slipway command reads as its contexts file (docs/cli.md).
export function contextsFile(url: string, user: string, token: { id: string; token: string }): string {
  const context = { name: 'slipway', url, user, token: token.token, token_id: token.id, ca_file: '' };
  return `${JSON.stringify({ current: context.name, contexts: [context] }, null, 2)}\n`;
}
