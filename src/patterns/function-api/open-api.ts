import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiCors } from './api-cors';
import { ApiScheme } from './api-scheme';
import { errorAnswers, preflight } from './cors-answers';
import { Route } from './route';

export interface ApiDescription {
  readonly title: string;
  readonly routes: Route[];
  readonly schemes: Map<string, ApiScheme>;
  readonly cors?: ApiCors;
  readonly binaryMediaTypes?: string[];
  readonly functionUri: (fn: lambda.IFunction) => string;
}

/**
 * Content types under which the model of a body is listed. API Gateway lets pass unchecked what comes under another type; none of these
 * gets by, the ones that a page of another origin may send without a preflight request included.
 */
const BODY_TYPES = [
  'application/json', 'application/json-patch+json', 'application/merge-patch+json', 'application/octet-stream', 'application/vnd.api+json',
  'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data', 'text/csv', 'text/html', 'text/plain', 'text/xml',
];

/** The document that API Gateway imports. */
export function gatewayDocument(api: ApiDescription): Record<string, any> {
  const models = bodyModels(api.routes);
  const validated = api.routes.some(({ options }) => options.body || options.requiredQuery?.length || options.requiredHeaders?.length);
  return {
    ...document(api, models, (scheme) => scheme),
    ...(validated && {
      'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
      'x-amazon-apigateway-request-validator': 'all',
    }),
    'x-amazon-apigateway-gateway-responses': errorAnswers(api.cors, models.size > 0),
    'paths': pathItems(api, (route) => ({
      [route.method === 'ANY' ? 'x-amazon-apigateway-any-method' : route.method.toLowerCase()]: {
        ...operation(route, models, BODY_TYPES),
        ...(route.security && { security: [{ [route.security.name]: route.security.scopes }] }),
        'x-amazon-apigateway-integration': {
          type: 'aws_proxy',
          httpMethod: 'POST',
          uri: api.functionUri(route.handler),
          timeoutInMillis: route.options.integrationTimeout?.toMilliseconds(),
          cacheKeyParameters: route.options.cacheTtl && cacheKey(route, api.schemes),
        },
      },
    }), (routes) => api.cors ? { options: preflight(api.cors, routes, callerHeaders(routes, api.schemes), api.binaryMediaTypes) } : {}),
  };
}

/** The same API as its callers see it: plain OpenAPI, without tokens. */
export function clientDocument(api: ApiDescription): Record<string, any> {
  const models = bodyModels(api.routes);
  return {
    ...document(api, models, (scheme) => Object.fromEntries(Object.entries(scheme).filter(([key]) => !key.startsWith('x-amazon-')))),
    paths: pathItems(api, (route) => Object.fromEntries(
      (route.method === 'ANY' ? ['delete', 'get', 'patch', 'post', 'put'] : [route.method.toLowerCase()]).map((method) => [method, {
        ...operation(route, models, BODY_TYPES.slice(0, 1)),
        ...(route.security && { security: [{ [route.security.name]: [] }] }),
      }]),
    )),
  };
}

function document(api: ApiDescription, models: Map<string, string>, scheme: (scheme: Record<string, any>) => Record<string, any>) {
  return {
    openapi: '3.0.1',
    info: { title: api.title, version: '1.0' },
    components: {
      ...(models.size > 0 && { schemas: Object.fromEntries([...models].map(([schema, name]) => [name, JSON.parse(schema)])) }),
      ...(api.schemes.size > 0 && {
        securitySchemes: Object.fromEntries([...api.schemes].sort(([a], [b]) => a < b ? -1 : 1)
          .map(([name, { securityScheme }]) => [name, scheme(inOrder(securityScheme))])),
      }),
    },
  };
}

type Operations = Record<string, unknown>;

function pathItems(
  api: ApiDescription,
  operations: (route: Route) => Operations,
  more: (routes: Route[]) => Operations = () => ({}),
): Record<string, Operations> {
  const paths = new Map<string, Route[]>();
  for (const route of api.routes) paths.set(route.path, [...paths.get(route.path) ?? [], route]);
  return Object.fromEntries([...paths].map(([path, routes]) => [
    path,
    Object.assign({}, ...routes.map(operations), more(routes)),
  ]));
}

function operation(route: Route, models: Map<string, string>, bodyTypes: string[]) {
  const { body, requiredQuery = [], cacheKeyQuery = [], requiredHeaders = [] } = route.options;
  const parameter = (place: string, required: boolean) => (name: string) => ({ name, in: place, required, schema: { type: 'string' } });
  const parameters = [
    ...route.parameters.map(parameter('path', true)),
    ...requiredQuery.map(parameter('query', true)),
    ...cacheKeyQuery.filter((name) => !requiredQuery.includes(name)).map(parameter('query', false)),
    ...requiredHeaders.map(parameter('header', true)),
  ];
  const schema = body && { $ref: `#/components/schemas/${models.get(modelKey(body))}` };
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(schema && { requestBody: { required: true, content: Object.fromEntries(bodyTypes.map((type) => [type, { schema }])) } }),
    responses: { 200: { description: 'What the function answers' } },
  };
}

/** A document of the user's, in an order of its own: maps of Java and Go have none, and another order must not be another deployment. */
function inOrder(value: unknown): any {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, inner]) => [key, inOrder(inner)]));
}

const modelKey = (body: Record<string, any>) => JSON.stringify(inOrder(body));

/** Name of the model for each body that the routes have: alike bodies share one. */
function bodyModels(routes: Route[]): Map<string, string> {
  const models = new Map<string, string>();
  for (const { method, path, options } of routes) {
    const schema = options.body && modelKey(options.body);
    if (!schema || models.has(schema)) continue;
    const words = [method.toLowerCase(), ...path.split(/[^A-Za-z0-9]+/), 'body'].filter(Boolean);
    const name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
    const taken = [...models.values()].filter((other) => other.replace(/\d+$/, '') === name).length;
    models.set(schema, taken ? `${name}${taken + 1}` : name);
  }
  return models;
}

function callerHeaders(routes: Route[], schemes: Map<string, ApiScheme>): string[] {
  return routes.flatMap(({ security }) => {
    const scheme = security && schemes.get(security.name);
    return scheme?.corsHeaders ?? scheme?.identityHeaders ?? [];
  });
}

/** What tells cached answers of a route apart: a caller never gets what was made for another. */
function cacheKey({ parameters, options, security }: Route, schemes: Map<string, ApiScheme>): string[] {
  const identity = security ? schemes.get(security.name)!.identityHeaders! : [];
  return [
    ...parameters.map((name) => `method.request.path.${name}`),
    ...new Set([...options.requiredQuery ?? [], ...options.cacheKeyQuery ?? []].map((name) => `method.request.querystring.${name}`)),
    ...new Set([...options.requiredHeaders ?? [], ...identity].map((name) => `method.request.header.${name}`)),
  ];
}
