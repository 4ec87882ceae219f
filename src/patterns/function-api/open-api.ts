import { ApiCors } from './api-cors';
import { ApiScheme } from './api-scheme';
import { errorAnswers, preflight } from './cors-answers';
import { functionUri } from './function-uri';
import { methodsOf, Route } from './route';
import { inOrder } from '../../foundation/in-order';

export interface ApiDescription {
  readonly title: string;
  readonly routes: Route[];
  readonly schemes: Map<string, ApiScheme>;
  readonly cors?: ApiCors;
  readonly binaryMediaTypes?: string[];
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
    ...document(api, models, ({ securityScheme }) => securityScheme),
    ...(validated && {
      'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
      'x-amazon-apigateway-request-validator': 'all',
    }),
    'x-amazon-apigateway-gateway-responses': errorAnswers(api.cors, models.size > 0),
    'paths': pathItems(api, (route) => ({
      [route.method === 'ANY' ? 'x-amazon-apigateway-any-method' : route.method.toLowerCase()]: {
        ...operation(route, models, BODY_TYPES, cacheHeaders(route, api)),
        ...(route.security && { security: [{ [route.security.name]: route.security.scopes }] }),
        'x-amazon-apigateway-integration': {
          type: 'aws_proxy',
          httpMethod: 'POST',
          uri: functionUri(route.handler),
          timeoutInMillis: route.options.integrationTimeout?.toMilliseconds(),
          cacheKeyParameters: route.options.cacheTtl && cacheKey(route, cacheHeaders(route, api)),
        },
      },
    }), (routes) => api.cors ? { options: preflight(api.cors, routes, callerHeaders(routes, api.schemes), api.binaryMediaTypes) } : {}),
  };
}

/** The same API as its callers see it: plain OpenAPI, without tokens. */
export function clientDocument(api: ApiDescription): Record<string, any> {
  const models = bodyModels(api.routes);
  return {
    ...document(api, models, ({ clientScheme, securityScheme }) => clientScheme ?? Object.fromEntries(
      Object.entries(securityScheme).filter(([key]) => !key.startsWith('x-amazon-')),
    )),
    paths: withPlainNames(pathItems(api, (route) => Object.fromEntries(
      methodsOf(route).map((method) => [method.toLowerCase(), {
        ...operation(route, models, BODY_TYPES.slice(0, 1)),
        ...(route.security && { security: [{ [route.security.name]: [] }] }),
      }]),
    ))),
  };
}

function document(api: ApiDescription, models: Map<string, string>, describe: (scheme: ApiScheme) => Record<string, any>) {
  return {
    openapi: '3.0.1',
    info: { title: api.title, version: '1.0' },
    components: {
      ...(models.size > 0 && { schemas: Object.fromEntries([...models].map(([schema, name]) => [name, JSON.parse(schema)])) }),
      ...(api.schemes.size > 0 && {
        securitySchemes: Object.fromEntries([...api.schemes].sort(([a], [b]) => a < b ? -1 : 1)
          .map(([name, scheme]) => [name, inOrder(describe(scheme))])),
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

function operation(route: Route, models: Map<string, string>, bodyTypes: string[], optionalHeaders: string[] = []) {
  const { body, requiredQuery = [], cacheKeyQuery = [], requiredHeaders = [] } = route.options;
  const parameter = (place: string, required: boolean) => (name: string) => ({ name, in: place, required, schema: { type: 'string' } });
  const parameters = [
    ...route.parameters.map(parameter('path', true)),
    ...requiredQuery.map(parameter('query', true)),
    ...without(cacheKeyQuery, requiredQuery).map(parameter('query', false)),
    ...requiredHeaders.map(parameter('header', true)),
    ...without(optionalHeaders, requiredHeaders).map(parameter('header', false)),
  ];
  const schema = body && { $ref: `#/components/schemas/${models.get(JSON.stringify(body))}` };
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(schema && { requestBody: { required: true, content: Object.fromEntries(bodyTypes.map((type) => [type, { schema }])) } }),
    responses: { 200: { description: 'What the function answers' } },
  };
}

/** Name of the model for each body that the routes have: alike bodies share one. */
function bodyModels(routes: Route[]): Map<string, string> {
  const models = new Map<string, string>();
  for (const { method, path, options } of routes) {
    const schema = options.body && JSON.stringify(options.body); // in order since ApiRoute.to
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

/** Headers that tell cached answers apart: a caller never gets what was made for another, nor a page what names another page's origin. */
function cacheHeaders({ options, security }: Route, { schemes, cors }: ApiDescription): string[] {
  if (!options.cacheTtl) return [];
  return [
    ...options.requiredHeaders ?? [],
    ...(security ? schemes.get(security.name)!.identityHeaders ?? [] : []),
    ...(cors && cors._origins.length > 1 ? ['Origin'] : []),
  ];
}

function cacheKey({ parameters, options }: Route, headers: string[]): string[] {
  return [
    ...parameters.map((name) => `method.request.path.${name}`),
    ...new Set([...options.requiredQuery ?? [], ...options.cacheKeyQuery ?? []].map((name) => `method.request.querystring.${name}`)),
    ...new Set(headers.map((name) => `method.request.header.${name}`)),
  ];
}

/** OpenAPI has no greedy path parameters. */
function withPlainNames(paths: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path.replace('+}', '}'), item]));
}

function without(names: string[], others: string[]): string[] {
  return [...new Set(names)].filter((name) => !others.includes(name));
}
