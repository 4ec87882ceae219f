import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * An authorizer of your own, for `ApiAccess.authorizer`.
 */
export interface IApiAuthorizer {
  /**
   * Called once for each API that uses the authorizer.
   *
   * @param scope where the authorizer may make what it needs
   */
  bind(scope: Construct): ApiAuthorizerConfig;
}

/**
 * What an authorizer is to an API.
 */
export interface ApiAuthorizerConfig {
  /**
   * An OpenAPI 3.0 security scheme with API Gateway's extensions.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
   */
  readonly securityScheme: Record<string, any>;

  /**
   * Functions that API Gateway calls to authorise; they are given the permission for it.
   *
   * @default - none
   */
  readonly functions?: lambda.IFunction[];

  /**
   * Headers that identify the caller: part of the key of cached answers, and allowed in cross-origin requests.
   *
   * @default - none, so that a route with this access cannot be cached
   */
  readonly identityHeaders?: string[];
}
