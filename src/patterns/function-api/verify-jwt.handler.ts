import { JwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwksValidationError, JwtBaseError, JwtExpiredError } from 'aws-jwt-verify/error';
import { SimpleFetcher } from 'aws-jwt-verify/https';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { JWT_AUDIENCE, JWT_ISSUER, JWT_KEY_SET, JWT_SCOPES } from './contract';

const issuer = process.env[JWT_ISSUER]!;
const audience: string[] = JSON.parse(process.env[JWT_AUDIENCE]!);
const scopes: string[] = JSON.parse(process.env[JWT_SCOPES]!);

// keeps the issuer's keys for the life of the sandbox; a failed start is tried again with the next request
let verifier: ReturnType<typeof createVerifier> | undefined;

/** API Gateway takes exactly this message for a 401; any other error is a 500. */
const UNAUTHORIZED = 'Unauthorized';

export async function handler(event: APIGatewayTokenAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const token = event.authorizationToken.replace(/^bearer /i, '');
  verifier ??= createVerifier();
  const claims = await verifier
    .catch((error) => { verifier = undefined; throw error; })
    .then((ready) => ready.verify(token))
    .then(ending)
    .catch((error) => { throw rejection(error); });
  return {
    principalId: claims.sub ?? issuer,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{
        Action: 'execute-api:Invoke',
        Effect: hasScope(claims) ? 'Allow' : 'Deny',
        Resource: wholeStage(event.methodArn), // the answer is cached for the token, whatever route it is used on next
      }],
    },
    context: { scope: grantedScopes(claims).join(' '), claims: JSON.stringify(claims) },
  };
}

async function createVerifier() {
  const jwksUri = process.env[JWT_KEY_SET] || await discoverKeySet();
  return JwtVerifier.create({ issuer, audience, jwksUri });
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeySet(): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = JSON.parse(Buffer.from(await new SimpleFetcher().fetch(address)).toString());
  if (typeof document.jwks_uri !== 'string') throw new Error(`${address} names no jwks_uri`);
  return document.jwks_uri;
}

/** 401 where the token is at fault, 500 where the issuer's keys are. */
function rejection(error: Error): Error {
  const tokenAtFault = error instanceof JwtBaseError && !(error instanceof FetchError) && !(error instanceof JwksValidationError);
  const what = { issuer, error: error.constructor.name, reason: error.message };
  if (!tokenAtFault) {
    console.error({ message: 'the keys of the issuer cannot be had', ...what });
    return error;
  }
  console.info({ message: 'a token was refused', ...what });
  return new Error(UNAUTHORIZED);
}

/** A token without end would be good for ever. */
function ending(claims: JwtPayload): JwtPayload {
  if (claims.exp === undefined) throw new JwtExpiredError('Token has no end (exp)', undefined);
  return claims;
}

/** `scope` as RFC 8693 has it, `scp` as other issuers do. */
function grantedScopes({ scope, scp }: JwtPayload): string[] {
  return [scope, scp].flat().flatMap((granted) => typeof granted === 'string' ? granted.split(' ') : []).filter(Boolean);
}

function hasScope(claims: JwtPayload): boolean {
  return scopes.length === 0 || grantedScopes(claims).some((scope) => scopes.includes(scope));
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`, without method and path. */
function wholeStage(methodArn: string): string {
  return `${methodArn.split('/').slice(0, 2).join('/')}/*`;
}
