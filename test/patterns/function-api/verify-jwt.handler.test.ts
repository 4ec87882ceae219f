import { sign } from 'jsonwebtoken';
import { JWT_AUDIENCE, JWT_ISSUER, JWT_KEY_SET, JWT_SCOPES } from '../../../src/patterns/function-api/contract';
import { Issuer } from '../../support/issuer';
import { Outcome, Sandbox } from '../../support/sandbox';

const METHOD_ARN = 'arn:aws:execute-api:us-east-1:111122223333:api/prod/GET/orders/1';

let issuer: Issuer;
const sandboxes: Sandbox[] = [];
beforeEach(async () => { issuer = await Issuer.start(); });
afterEach(async () => {
  sandboxes.splice(0).forEach((sandbox) => sandbox.stop());
  await issuer.stop();
});

function verifier(env: Record<string, string> = {}): Sandbox {
  const sandbox = new Sandbox('function-api/verify-jwt', {
    [JWT_ISSUER]: issuer.url, [JWT_AUDIENCE]: '["orders","shop"]', [JWT_SCOPES]: '[]', [JWT_KEY_SET]: '', NODE_EXTRA_CA_CERTS: issuer.caFile, ...env,
  });
  sandboxes.push(sandbox);
  return sandbox;
}

const ask = (sandbox: Sandbox, token: string): Promise<Outcome> => sandbox.invoke({ type: 'TOKEN', methodArn: METHOD_ARN, authorizationToken: `Bearer ${token}` });
const effect = ({ result }: Outcome) => result?.policyDocument.Statement[0].Effect;
const UNAUTHORIZED = { errorType: 'Error', errorMessage: 'Unauthorized' };

test('a good token is allowed for the whole stage, with its claims', async () => {
  const { result } = await ask(verifier(), issuer.token({ scope: 'orders:read orders:write', team: 7 }));
  expect(result).toEqual({
    principalId: 'ada',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: 'arn:aws:execute-api:us-east-1:111122223333:api/prod/*' }],
    },
    context: { scope: 'orders:read orders:write', claims: expect.any(String) },
  });
  expect(JSON.parse(result.context.claims)).toMatchObject({ sub: 'ada', team: 7 });
});

test('a token without subject is its issuer\'s', async () => {
  const { result } = await ask(verifier(), issuer.token({ sub: undefined }));
  expect(result.principalId).toBe(issuer.url);
});

test.each<[string, () => string]>([
  ['no token', () => 'nonsense'],
  ['a forged signature', () => issuer.forged()],
  ['another issuer', () => issuer.token({ iss: 'https://other.example' })],
  ['another audience', () => issuer.token({ aud: 'billing' })],
  ['no audience', () => issuer.token({ aud: undefined })],
  ['an ended token', () => issuer.token({}, { expiresIn: -10 })],
  ['a token of the future', () => issuer.token({}, { notBefore: 60 })],
  ['no end', () => sign({ iss: issuer.url, aud: 'orders' }, issuer.key, { algorithm: 'RS256', keyid: 'first' })],
  ['no signature', () => sign({ iss: issuer.url, aud: 'orders' }, '', { algorithm: 'none', keyid: 'first' })],
  ['a signature with the public key as secret', () => sign({ iss: issuer.url, aud: 'orders' }, 'public', { algorithm: 'HS256', keyid: 'first' })],
  ['an unknown key', () => issuer.token({}, { keyid: 'unknown' })],
])('%s is a 401', async (_, token) => {
  expect(await ask(verifier(), token())).toEqual(UNAUTHORIZED);
});

test('the second token with an unknown key is a 401 too, so that nobody can raise the alarm of server errors', async () => {
  const sandbox = verifier();
  await ask(sandbox, issuer.token({}, { keyid: 'unknown' }));
  expect(await ask(sandbox, issuer.token({}, { keyid: 'unknown' }))).toEqual(UNAUTHORIZED);
  expect(effect(await ask(sandbox, issuer.token()))).toBe('Allow');
});

test.each<[string, object, string]>([
  ['scope, as text', { scope: 'a orders:write' }, 'Allow'],
  ['scp, as list', { scp: ['orders:admin'] }, 'Allow'],
  ['scp beside an empty scope', { scope: '', scp: 'orders:write' }, 'Allow'],
  ['part of a scope', { scope: 'write' }, 'Deny'],
  ['another scope', { scope: 'orders:writer' }, 'Deny'],
  ['no scope', {}, 'Deny'],
])('scopes: %s', async (_, claims, expected) => {
  const sandbox = verifier({ [JWT_SCOPES]: '["orders:write","orders:admin"]' });
  expect(effect(await ask(sandbox, issuer.token(claims)))).toBe(expected);
});

test('keys are fetched once, again after a rotation, and from an address that was given', async () => {
  const sandbox = verifier();
  await ask(sandbox, issuer.token());
  await ask(sandbox, issuer.token());
  expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
  issuer.rotate('second');
  expect(effect(await ask(sandbox, issuer.token()))).toBe('Allow');
  expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys', '/keys']);

  issuer.requests.length = 0;
  await ask(verifier({ [JWT_KEY_SET]: `${issuer.url}/keys` }), issuer.token());
  expect(issuer.requests).toEqual(['/keys']);
});

test('an issuer that does not answer is a server error, not the caller\'s, and is asked again', async () => {
  issuer.broken = true;
  const sandbox = verifier();
  expect((await ask(sandbox, issuer.token())).errorMessage).toContain('Status code is 500');
  issuer.broken = false;
  expect(effect(await ask(sandbox, issuer.token()))).toBe('Allow');
});

test('no token is ever printed', async () => {
  const sandbox = verifier();
  const tokens = [issuer.token(), issuer.forged(), issuer.token({ aud: 'billing' })];
  for (const token of tokens) await ask(sandbox, token);
  const printed = sandbox.printed.join('');
  expect(printed).toContain('a token was refused');
  for (const part of tokens.flatMap((token) => token.split('.'))) expect(printed).not.toContain(part);
});
