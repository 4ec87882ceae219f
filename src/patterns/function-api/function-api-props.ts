import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ApiAccess } from './api-access';
import { ApiAccessLog } from './api-access-log';
import { ApiCache } from './api-cache';
import { ApiCors } from './api-cors';
import { ApiDomain } from './api-domain';
import { ApiRoute } from './api-route';
import { AlarmSetting } from '../../foundation/alarm-setting';

/**
 * Properties of FunctionApi.
 */
export interface FunctionApiProps {
  /**
   * Who may call the routes that do not say so themselves.
   */
  readonly access: ApiAccess;

  /**
   * The routes, by 'METHOD /path'. Their order means nothing.
   *
   * @default - none; add them with `addRoute`
   */
  readonly routes?: Record<string, ApiRoute>;

  /**
   * Which web pages of other origins may call.
   *
   * @default - none
   */
  readonly cors?: ApiCors;

  /**
   * A name of your own.
   *
   * @default - the name that API Gateway gives
   */
  readonly domain?: ApiDomain;

  /**
   * Requests per second of each route, and burst. Above it the answer is 429.
   *
   * @default - 1000 requests per second and a burst of 2000
   */
  readonly throttle?: apigateway.ThrottleSettings;

  /**
   * Where a line for each request is written.
   *
   * @default - nowhere: it needs a role that is the account's, see `ApiAccessLog`
   */
  readonly accessLog?: ApiAccessLog;

  /**
   * A cache for the routes that say `cacheTtl`.
   *
   * @default - no cache
   */
  readonly cache?: ApiCache;

  /**
   * When the API's alarms fire.
   *
   * @default - server errors only
   */
  readonly alarms?: FunctionApiAlarms;

  /**
   * Whether requests are traced with X-Ray.
   *
   * @default true
   */
  readonly tracing?: boolean;

  /**
   * How the API is reached. A private API needs a `policy`.
   *
   * @default apigateway.EndpointType.REGIONAL
   */
  readonly endpointType?: apigateway.EndpointType;

  /**
   * Resource policy: who may reach the API at all, by network, account or organisation.
   *
   * @default - anyone, whom `access` then judges
   */
  readonly policy?: iam.PolicyDocument;

  /**
   * Content types that are passed to and from functions as bytes, in base64.
   *
   * @default - all bodies are text
   */
  readonly binaryMediaTypes?: string[];
}

/**
 * Alarms of FunctionApi.
 */
export interface FunctionApiAlarms {
  /**
   * Share of requests that are answered with 5xx, from 0 to 1.
   *
   * @default AlarmSetting.threshold(0.01, { period: Duration.minutes(5) })
   */
  readonly serverErrorRate?: AlarmSetting;

  /**
   * 99th percentile of the time to answer, in milliseconds.
   *
   * @default - no such alarm
   */
  readonly latencyP99?: AlarmSetting;
}
