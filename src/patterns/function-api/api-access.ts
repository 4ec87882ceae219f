import { Duration, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiAuthorizerConfig, IApiAuthorizer } from './api-authorizer';
import { ApiScheme, ApiSchemeContext } from './api-scheme';
import { functionUri } from './function-uri';
import { jwtVerifier } from './jwt-verifier';
import { checkHeaders } from './route';
import { inputError } from '../../foundation/input-error';

/**
 * Options of `ApiAccess.cognito`.
 */
export interface CognitoAccessOptions {
  /**
   * OAuth scopes, one of which the access token must have. With scopes, ID tokens are refused.
   *
   * @default - any ID token of the user pool
   */
  readonly scopes?: string[];

  /**
   * How long API Gateway remembers its verdict on a token, at most one hour. A token that ends meanwhile is accepted so much longer.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;
}

/**
 * Options of `ApiAccess.lambdaAuthorizer`.
 */
export interface LambdaAuthorizerOptions {
  /**
   * Headers that identify the caller. A request without one of them is refused without asking the function,
   * and the function's verdict is remembered for their values.
   *
   * @default ['Authorization']
   */
  readonly identityHeaders?: string[];

  /**
   * How long API Gateway remembers the function's verdict, at most one hour. The policy that the function returns must then hold for
   * every route of the API.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;
}

/**
 * Options of `ApiAccess.jwt`.
 */
export interface JwtAccessOptions {
  /**
   * Accepted audiences: the token's `aud` must be one of them.
   */
  readonly audience: string[];

  /**
   * Scopes, one of which the token must have (claim `scope` or `scp`); without it the answer is 403.
   *
   * @default - no scope is asked for
   */
  readonly scopes?: string[];

  /**
   * Address of the issuer's JSON Web Key Set.
   *
   * @default - `jwks_uri` of the issuer's `/.well-known/openid-configuration`
   */
  readonly keySetUrl?: string;

  /**
   * How long API Gateway remembers the verdict on a token, at most one hour. A token that ends meanwhile is accepted so much longer.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;
}

/**
 * Options of `ApiAccess.apiKey`.
 */
export interface ApiKeyAccessOptions {
  /**
   * Number of requests a key may make in a day, week or month. API Gateway applies it on a best-effort basis.
   *
   * @default - no quota
   */
  readonly quota?: apigateway.QuotaSettings;

  /**
   * Requests per second of a key, and burst. API Gateway applies it on a best-effort basis.
   *
   * @default - the API's own throttle
   */
  readonly throttle?: apigateway.ThrottleSettings;

  /**
   * Your own key.
   *
   * @default - a key is made
   */
  readonly key?: apigateway.IApiKey;
}

/**
 * Who may call: decided once for an API, and where it differs for a route.
 *
 * @example
 * import * as cognito from 'aws-cdk-lib/aws-cognito';
 * import { ApiAccess } from 'cdk-serverless-patterns';
 *
 * declare const customers: cognito.UserPool;
 * ApiAccess.cognito(customers);
 * ApiAccess.jwt('https://login.example.com/', { audience: ['orders'], scopes: ['orders:write'] });
 */
export class ApiAccess {
  /**
   * Users of a Cognito user pool, with an ID token, or an access token when scopes are given, in the header `Authorization`.
   */
  public static cognito(userPool: cognito.IUserPool, options: CognitoAccessOptions = {}): ApiAccess {
    const ttl = cacheSeconds(options.resultsCacheTtl);
    checkScopes(options.scopes);
    return new ApiAccess('Cognito', `${userPool.userPoolArn} ${ttl}`, () => ({
      securityScheme: {
        ...IN_AUTHORIZATION_HEADER,
        'x-amazon-apigateway-authtype': 'cognito_user_pools',
        'x-amazon-apigateway-authorizer': {
          type: 'cognito_user_pools',
          providerARNs: [userPool.userPoolArn],
          authorizerResultTtlInSeconds: ttl,
        },
      },
      identityHeaders: ['Authorization'],
    }), options.scopes);
  }

  /**
   * Callers with AWS credentials that may `execute-api:Invoke` (`FunctionApi.grantInvoke`), with signed requests.
   */
  public static iam(): ApiAccess {
    return new ApiAccess('Iam', '', () => ({
      securityScheme: { ...IN_AUTHORIZATION_HEADER, 'x-amazon-apigateway-authtype': 'awsSigv4' },
      corsHeaders: ['Authorization', 'X-Amz-Content-Sha256', 'X-Amz-Date', 'X-Amz-Security-Token'],
    }));
  }

  /**
   * Whoever your function lets in: a Lambda authorizer of type `REQUEST`.
   *
   * @param authorizer gets an `APIGatewayRequestAuthorizerEvent` and returns an `APIGatewayAuthorizerResult`
   */
  public static lambdaAuthorizer(authorizer: lambda.IFunction, options: LambdaAuthorizerOptions = {}): ApiAccess {
    const identityHeaders = options.identityHeaders ?? ['Authorization'];
    checkHeaders('identityHeaders', identityHeaders);
    const ttl = cacheSeconds(options.resultsCacheTtl);
    if (identityHeaders.length === 0 && ttl !== 0) {
      throw inputError('identityHeaders', 'must name a header while results are remembered (resultsCacheTtl: Duration.seconds(0) turns that off)', '[]');
    }
    return new ApiAccess('Lambda', `${authorizer.node.addr} ${identityHeaders} ${ttl}`, () => ({
      securityScheme: {
        'type': 'apiKey',
        'name': identityHeaders.length === 1 ? identityHeaders[0] : 'Unused',
        'in': 'header',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          authorizerUri: functionUri(authorizer),
          authorizerResultTtlInSeconds: ttl,
          ...(identityHeaders.length > 0 && { identitySource: identityHeaders.map((h) => `method.request.header.${h}`).join(', ') }),
        },
      },
      ...(identityHeaders.length > 1 && { clientScheme: { type: 'apiKey', name: identityHeaders[0], in: 'header' } }),
      functions: [authorizer],
      identityHeaders,
    }));
  }

  /**
   * Callers with a JSON Web Token of any OpenID Connect issuer (Auth0, Entra ID, Keycloak, Okta, ...) in the header `Authorization`.
   *
   * REST APIs have no JWT authorizer of their own; this makes a function that verifies signature, issuer, audience, time and scopes.
   * Route functions find the claims, as JSON, in `requestContext.authorizer.claims`.
   *
   * @param issuer the token's `iss`, to the letter: an https address
   */
  public static jwt(issuer: string, options: JwtAccessOptions): ApiAccess {
    checkAddress('issuer', issuer);
    if (!Array.isArray(options.audience) || options.audience.length === 0) {
      throw inputError('audience', 'must be a list of at least one audience', JSON.stringify(options.audience));
    }
    checkAddress('keySetUrl', options.keySetUrl);
    checkScopes(options.scopes);
    const ttl = cacheSeconds(options.resultsCacheTtl);
    return new ApiAccess('Jwt', JSON.stringify([issuer, options.audience, options.scopes, options.keySetUrl, ttl]), (context) => {
      const verifier = jwtVerifier(context.scope, context.id, issuer, options);
      return {
        securityScheme: {
          ...IN_AUTHORIZATION_HEADER,
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': {
            type: 'token',
            authorizerUri: functionUri(verifier),
            authorizerResultTtlInSeconds: ttl,
            identityValidationExpression: '^[Bb]earer [-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+$',
          },
        },
        clientScheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        functions: [verifier],
        verifier,
        identityHeaders: ['Authorization'],
      };
    });
  }

  /**
   * Callers with an API key of the API's usage plan in the header `x-api-key`.
   *
   * A key tells callers apart and limits them. It is no proof of identity: AWS advises against keys as the only access control.
   * One API has one usage plan, so all its routes with keys share one `ApiAccess.apiKey`.
   */
  public static apiKey(options: ApiKeyAccessOptions = {}): ApiAccess {
    const { quota, throttle, key } = options;
    if (quota?.limit !== undefined && !quota.period) throw inputError('quota', 'needs a period', quota.limit);
    const identity = JSON.stringify([quota?.limit, quota?.period, quota?.offset, throttle?.rateLimit, throttle?.burstLimit, key?.keyId]);
    return new ApiAccess('ApiKey', identity, () => ({
      securityScheme: { type: 'apiKey', name: 'x-api-key', in: 'header' },
      identityHeaders: ['x-api-key'],
    }), undefined, options);
  }

  /**
   * Your own authorizer, of any kind that API Gateway takes in an OpenAPI document.
   */
  public static authorizer(authorizer: IApiAuthorizer): ApiAccess {
    return new ApiAccess('Authorizer', authorizer, (context) => checkScheme(authorizer.bind(context.scope)));
  }

  /**
   * Anyone.
   */
  public static anonymous(): ApiAccess {
    return new ApiAccess('Anonymous', '');
  }

  private constructor(
    /** @internal */ public readonly _kind: ApiAccessKind,
    /** Equal accesses of a kind share one authorizer. @internal */ public readonly _identity: unknown,
    /** @internal */ public readonly _bind?: (context: ApiSchemeContext) => ApiScheme,
    /** @internal */ public readonly _scopes: string[] = [],
    /** @internal */ public readonly _apiKey?: ApiKeyAccessOptions,
  ) {}
}

type ApiAccessKind = 'Cognito' | 'Iam' | 'Lambda' | 'Jwt' | 'ApiKey' | 'Authorizer' | 'Anonymous';

const IN_AUTHORIZATION_HEADER = { type: 'apiKey', name: 'Authorization', in: 'header' };

/** API Gateway ignores a scheme that it does not know, and the route would be open. */
function checkScheme(config: ApiAuthorizerConfig): ApiAuthorizerConfig {
  const scheme = config.securityScheme ?? {};
  const byKey = scheme.type === 'apiKey' && `${scheme.name}`.toLowerCase() === 'x-api-key';
  const authtype = scheme['x-amazon-apigateway-authtype'];
  if (!byKey && authtype !== 'awsSigv4' && !(authtype && scheme['x-amazon-apigateway-authorizer'])) {
    throw inputError('securityScheme', 'must have x-amazon-apigateway-authtype and x-amazon-apigateway-authorizer', JSON.stringify(scheme));
  }
  checkHeaders('identityHeaders', config.identityHeaders ?? []);
  return config;
}

function checkAddress(prop: string, address: string | undefined): void {
  if (address !== undefined && !Token.isUnresolved(address) && !/^https:\/\/[^\s?#]+$/.test(address)) {
    throw inputError(prop, 'must be an https address', address);
  }
}

function checkScopes(scopes: string[] | undefined): void {
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.length > 0)) {
    throw inputError('scopes', 'must be a list of at least one scope, or be left out', JSON.stringify(scopes));
  }
}

function cacheSeconds(ttl: Duration | undefined): number {
  const seconds = (ttl ?? Duration.minutes(5)).toSeconds();
  if (!Token.isUnresolved(seconds) && seconds > 3600) throw inputError('resultsCacheTtl', 'must be at most one hour', `${seconds} s`);
  return seconds;
}
