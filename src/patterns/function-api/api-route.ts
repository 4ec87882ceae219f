import { Duration, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiAccess } from './api-access';
import { checkBodySchema } from './body-schema';
import { checkHeaders, DEFAULT_INTEGRATION_TIMEOUT_MS } from './route';
import { functionTimeout } from '../../foundation/defined-function';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';

/**
 * Options of `ApiRoute.to`.
 */
export interface ApiRouteOptions {
  /**
   * Who may call this route.
   *
   * @default - the API's `access`
   */
  readonly access?: ApiAccess;

  /**
   * JSON Schema (draft 4) of the request's body, which is then required. API Gateway answers 400 to what does not fit and to what is not
   * JSON, so that the function never sees it.
   *
   * The schema goes into an OpenAPI 3.0 document and has to stand on its own: `$ref` is an error; `minItems` and `maxItems` are a
   * warning, since API Gateway does not check them.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
   * @default - the body is not looked at
   */
  readonly body?: Record<string, any>;

  /**
   * Query parameters without which the answer is 400.
   *
   * @default - none
   */
  readonly requiredQuery?: string[];

  /**
   * Headers without which the answer is 400.
   *
   * @default - none
   */
  readonly requiredHeaders?: string[];

  /**
   * Requests per second of this route, and burst; above it the answer is 429.
   *
   * @default - the API's `throttle`
   */
  readonly throttle?: apigateway.ThrottleSettings;

  /**
   * How long an answer of a GET route is served from the API's `cache`, at most one hour. Path parameters, `requiredQuery`,
   * `cacheKeyQuery` and the caller's credentials tell answers apart; other query parameters and headers do not.
   *
   * @default - answers are not cached
   */
  readonly cacheTtl?: Duration;

  /**
   * Optional query parameters that change the answer: part of the cache's key.
   *
   * @default - none
   */
  readonly cacheKeyQuery?: string[];

  /**
   * How long API Gateway waits for the function. Above 29 seconds only after the account's quota was raised, for regional and private APIs.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
   * @default Duration.seconds(29)
   */
  readonly integrationTimeout?: Duration;
}

/**
 * Where a route of an API leads.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { ApiAccess, ApiRoute } from 'cdk-serverless-patterns';
 *
 * declare const createOrder: lambda.Alias;
 * ApiRoute.to(createOrder, {
 *   body: { type: 'object', required: ['item'], properties: { item: { type: 'string' } } },
 *   requiredHeaders: ['Idempotency-Key'],
 *   access: ApiAccess.iam(),
 * });
 */
export class ApiRoute {
  /**
   * A function, or an alias, that answers the route's requests (Lambda proxy integration).
   *
   * @param handler gets an `APIGatewayProxyEvent` and returns an `APIGatewayProxyResult`; anything else is a 502 to the caller
   */
  public static to(handler: lambda.IFunction, options: ApiRouteOptions = {}): ApiRoute {
    if (!handler?.functionArn) throw inputError('handler', 'must be a function', String(handler));
    checkTimeouts(handler, options.integrationTimeout);
    checkNames(options);
    if (options.body) checkBodySchema(options.body);
    if (options.cacheKeyQuery && !options.cacheTtl) throw inputError('cacheKeyQuery', 'needs a cacheTtl', `[${options.cacheKeyQuery}]`);
    const ttl = options.cacheTtl?.toSeconds();
    if (ttl !== undefined && !Token.isUnresolved(ttl) && (ttl < 1 || ttl > 3600)) {
      throw inputError('cacheTtl', 'must be between one second and one hour', `${ttl} s`);
    }
    return new ApiRoute(handler, { ...options, ...(options.body && { body: inOrder(options.body) }) }); // a later change of it does not count
  }

  private constructor(
    /** @internal */ public readonly _handler: lambda.IFunction,
    /** @internal */ public readonly _options: ApiRouteOptions,
  ) {}
}

function checkNames({ requiredHeaders = [], requiredQuery = [], cacheKeyQuery = [] }: ApiRouteOptions): void {
  checkHeaders('requiredHeaders', requiredHeaders);
  for (const [prop, names] of Object.entries({ requiredQuery, cacheKeyQuery })) {
    const bad = names.find((name, i) => !/^[A-Za-z0-9_.$[\]-]+$/.test(name) || names.indexOf(name) < i);
    if (bad !== undefined) throw inputError(prop, 'must be names of query parameters, each once', bad);
  }
}

function checkTimeouts(handler: lambda.IFunction, integrationTimeout: Duration | undefined): void {
  const limit = integrationTimeout?.toMilliseconds() ?? DEFAULT_INTEGRATION_TIMEOUT_MS;
  if (Token.isUnresolved(limit)) return;
  if (limit < 50) throw inputError('integrationTimeout', 'must be at least 50 milliseconds', `${limit} ms`);
  const timeout = functionTimeout(handler)?.toMilliseconds();
  if (timeout !== undefined && timeout > limit) {
    throw inputError(
      'handler',
      `must have a timeout of at most ${limit / 1000} s, when API Gateway stops waiting while the function works on `
      + '(say integrationTimeout where the quota was raised, or hand long work to a queue)',
      `${timeout / 1000} s of ${handler.node.path}`,
    );
  }
}
