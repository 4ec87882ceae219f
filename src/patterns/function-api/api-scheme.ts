import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ApiAuthorizerConfig } from './api-authorizer';

/** What an access needs of the API that it is bound to. */
export interface ApiSchemeContext {
  readonly scope: Construct;
  /** Stable id for what is made in the scope. */
  readonly id: string;
}

/** An access as an API's OpenAPI document has it. */
export interface ApiScheme extends ApiAuthorizerConfig {
  /**
   * Headers that a page must be allowed to send.
   *
   * @default - the identity headers
   */
  readonly corsHeaders?: string[];

  /**
   * How an OpenAPI client is told of it.
   *
   * @default - as API Gateway is, without its extensions
   */
  readonly clientScheme?: Record<string, any>;

  /** The function that is made for it. @default - none */
  readonly verifier?: lambda.Function;
}
