import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiRouteOptions } from './api-route';
import { inputError } from '../../foundation/input-error';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const DEFAULT_INTEGRATION_TIMEOUT_MS = 29_000;

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** A route's key, taken apart. */
export interface RouteKey {
  readonly method: string;
  readonly path: string;
  /** Names of the path parameters, without the `+` of a greedy one. */
  readonly parameters: string[];
}

/** A route with all that the API's document needs to know of it. */
export interface Route extends RouteKey {
  readonly handler: lambda.IFunction;
  readonly options: ApiRouteOptions;
  /** Name of the security scheme, and scopes; nothing for anonymous callers. */
  readonly security?: { readonly name: string; readonly scopes: string[] };
}

export function keyOf({ method, path }: RouteKey): string {
  return `${method} ${path}`;
}

/** The methods that callers use on a route. */
export function methodsOf({ method }: RouteKey): string[] {
  return method === 'ANY' ? METHODS.filter((each) => each !== 'ANY' && each !== 'OPTIONS') : [method];
}

const FIXED_SEGMENT = /^[A-Za-z0-9._:-]+$/;
const PARAMETER = /^\{([A-Za-z0-9._-]+)(\+?)\}$/;

/** Takes 'METHOD /path' apart; anything that API Gateway would refuse is an error. */
export function parseRouteKey(key: string): RouteKey {
  const match = /^(\S+) (\/\S*)$/.exec(key);
  if (!match) throw inputError('routes', 'must have keys of the form \'METHOD /path\'', key);
  const [, method, path] = match;
  if (!METHODS.includes(method)) throw inputError('routes', `must have one of the methods ${METHODS.join(', ')}`, key);
  const segments = path === '/' ? [] : path.slice(1).split('/');
  const parameters: string[] = [];
  segments.forEach((segment, i) => {
    if (FIXED_SEGMENT.test(segment) && !/^\.+$/.test(segment)) return;
    const parameter = PARAMETER.exec(segment);
    if (!parameter) {
      throw inputError('routes', 'must have path segments of letters, digits and ._:-, or {name}, or {name+} at the end', key);
    }
    if (parameter[2] && i < segments.length - 1) throw inputError('routes', 'can have {name+} only at the end of a path', key);
    if (parameters.includes(parameter[1])) throw inputError('routes', 'must name each path parameter once', key);
    parameters.push(parameter[1]);
  });
  return { method, path, parameters };
}

/** Refuses two names for the parameter at one place: API Gateway allows one variable segment below a resource. */
export function checkSiblings(path: string, others: string[]): void {
  const segments = path.split('/');
  for (const other of others.map((o) => o.split('/'))) {
    const fork = segments.findIndex((segment, i) => segment !== other[i]);
    if (fork > 0 && isParameter(segments[fork]) && isParameter(other[fork])) {
      throw inputError('routes', `must name the path parameter at one place alike (${other.join('/')})`, path);
    }
  }
}

function isParameter(segment: string | undefined): boolean {
  return segment !== undefined && PARAMETER.test(segment);
}

/** Names of headers as RFC 9110 has them, as far as API Gateway's expressions can hold them. */
export function checkHeaders(prop: string, names: string[]): void {
  const seen = names.map((name) => `${name}`.toLowerCase());
  const bad = names.find((name, i) => !/^[A-Za-z0-9_.-]+$/.test(name) || seen.indexOf(seen[i]) < i);
  if (bad !== undefined) throw inputError(prop, 'must be names of headers, each once', bad);
}
