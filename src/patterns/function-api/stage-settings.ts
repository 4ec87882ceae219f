import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { ApiAccess } from './api-access';
import { ApiRouteOptions } from './api-route';
import { ApiScheme } from './api-scheme';
import { FunctionApiProps } from './function-api-props';
import { DEFAULT_INTEGRATION_TIMEOUT_MS, keyOf, Route } from './route';
import { inputError } from '../../foundation/input-error';

/** A literal, so that permissions and grants need not wait for the stage. */
export const STAGE_NAME = 'prod';

export function checkProps(props: FunctionApiProps): void {
  const isPrivate = props.endpointType === apigateway.EndpointType.PRIVATE;
  if (isPrivate && !props.policy) throw inputError('policy', 'must say who may reach a private API', 'none');
  if (isPrivate && props.domain) throw inputError('domain', 'cannot be given to a private API', props.domain._domainName);
  if (props.endpointType === apigateway.EndpointType.EDGE && props.domain?._options.trustStore) {
    throw inputError('trustStore', 'needs a regional API', 'EDGE');
  }
  checkThrottle(props.throttle);
}

function checkThrottle(throttle: apigateway.ThrottleSettings | undefined): void {
  for (const [name, value] of Object.entries(throttle ?? {})) {
    if (value !== undefined && !Token.isUnresolved(value) && !(value >= 0)) throw inputError('throttle', `must have a ${name} of at least 0`, value);
  }
}

/** Refuses what the stage cannot hold for a route, or would hold wrongly. */
export function checkRouteSettings(route: Route, props: FunctionApiProps, access: ApiAccess, scheme?: ApiScheme): void {
  const { options } = route;
  const key = keyOf(route);
  checkThrottle(options.throttle);
  if (options.throttle && route.method === 'ANY') throw inputError('throttle', 'must be set on a route of one method', key);
  const timeout = options.integrationTimeout?.toMilliseconds();
  const isLong = timeout !== undefined && !Token.isUnresolved(timeout) && timeout > DEFAULT_INTEGRATION_TIMEOUT_MS;
  if (isLong && props.endpointType === apigateway.EndpointType.EDGE) {
    throw inputError('integrationTimeout', 'can be above 29 s for regional and private APIs only', `${timeout / 1000} s of ${key}`);
  }
  if (!options.cacheTtl) return;
  if (!props.cache) throw inputError('cacheTtl', 'needs the API\'s cache', key);
  if (route.method !== 'GET') throw inputError('cacheTtl', 'must be set on a GET route', key);
  if (options.body) throw inputError('cacheTtl', 'cannot be set on a route with a body, which is no part of the cache\'s key', key);
  if (scheme && !scheme.identityHeaders?.length) {
    throw inputError('cacheTtl', 'needs an access that names the headers which tell callers apart (a signature is another one each time)', `${key} with ${access._kind}`);
  }
}

/** The stage's settings: for all routes, and for the ones that differ. */
export function methodSettings(props: FunctionApiProps, routes: Route[]): apigateway.CfnStage.MethodSettingProperty[] {
  const setting = (resourcePath: string, method: string, options: Pick<ApiRouteOptions, 'throttle' | 'cacheTtl'>) => ({
    resourcePath: resourcePath,
    httpMethod: method,
    throttlingRateLimit: options.throttle?.rateLimit ?? props.throttle?.rateLimit ?? 1000,
    throttlingBurstLimit: options.throttle?.burstLimit ?? props.throttle?.burstLimit ?? 2000,
    ...(props.cache && {
      cachingEnabled: options.cacheTtl !== undefined, // a stage with a cache caches every GET route unless told not to
      cacheTtlInSeconds: options.cacheTtl?.toSeconds(),
      cacheDataEncrypted: options.cacheTtl && (props.cache.encrypted ?? true),
    }),
  });
  return [
    setting('/*', '*', {}),
    ...routes
      .filter(({ options }) => options.throttle || options.cacheTtl)
      .map(({ method, path, options }) => setting(path === '/' ? '/' : `/${path.replace(/\//g, '~1')}`, method, options)),
  ];
}
