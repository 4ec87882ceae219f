import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { JWT_AUDIENCE, JWT_ISSUER, JWT_KEY_SET, JWT_SCOPES } from './contract';
import { handlerFunction } from '../../foundation/handler-function';

interface JwtRules {
  readonly audience: string[];
  readonly scopes?: string[];
  readonly keySetUrl?: string;
}

/** The function that verifies JSON Web Tokens of an issuer. */
export function jwtVerifier(scope: Construct, id: string, issuer: string, rules: JwtRules): lambda.Function {
  return handlerFunction(scope, id, {
    pattern: 'function-api',
    handler: 'verify-jwt',
    description: 'Verifies JSON Web Tokens for an API',
    environment: {
      [JWT_ISSUER]: issuer,
      [JWT_AUDIENCE]: JSON.stringify(rules.audience),
      [JWT_SCOPES]: JSON.stringify(rules.scopes ?? []),
      [JWT_KEY_SET]: rules.keySetUrl ?? '',
    },
    timeout: Duration.seconds(10),
    memorySize: 512,
  });
}
