// A real OpenID provider (oidc-provider) for the end-to-end test of sign-in, on loopback only.
//
//   node provider.mjs PORT     port 0: a free one
//
// Prints {"issuer": ...} when the port is known, then reads one line of JSON from standard input:
//   {"redirect_uri", "client_id", "client_secret", "algorithm", "id_token_claims", "people"}
// and prints {"ready": true}. "people" is a file of {"ada": {claims}}, read at each sign-in. Its
// signing keys are made at each start, so that a restart is a rotation.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const KEYS = {
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
};

function signingKey(algorithm) {
  const { privateKey } = generateKeyPairSync(...KEYS[algorithm]);
  const kid = randomBytes(8).toString('hex');
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
}

function makeProvider(issuer, given) {
  return new Provider(issuer, {
    clients: [{
      client_id: given.client_id,
      client_secret: given.client_secret,
      redirect_uris: [given.redirect_uri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: given.algorithm,
    }],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'name'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    // Without them in the ID token, they are to be had at userinfo.
    conformIdTokenClaims: !given.id_token_claims,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...JSON.parse(readFileSync(given.people, 'utf8'))[id] }),
    }),
    enabledJWA: { idTokenSigningAlgValues: Object.keys(KEYS) },
    // The ID token is not RS256 alone, so the key set has one for whatever else is signed.
    jwks: { keys: [...new Set([given.algorithm, 'RS256'])].map(signingKey) },
    pkce: { required: () => true, methods: ['S256'] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: true } },
  });
}

const server = createServer();
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ issuer }));
  createInterface({ input: process.stdin }).once('line', (line) => {
    server.on('request', makeProvider(issuer, JSON.parse(line)).callback());
    console.log(JSON.stringify({ ready: true }));
  });
});
