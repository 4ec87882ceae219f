import { ApiCors } from './api-cors';
import { methodsOf, Route } from './route';

/** The operation that answers a browser's preflight request for a path, without asking any function and without authorisation. */
export function preflight(cors: ApiCors, routes: Route[], callerHeaders: string[], binaryMediaTypes?: string[]): Record<string, unknown> {
  const { headers = [], maxAge } = cors._options;
  const required = routes.flatMap(({ options }) => options.requiredHeaders ?? []);
  const answer: Record<string, string> = {
    ...allowOrigin(cors, cors._origins.length === 1 ? cors._origins[0] : undefined),
    'Access-Control-Allow-Methods': list(routes.flatMap(methodsOf)),
    'Access-Control-Allow-Headers': list(['Content-Type', ...headers, ...required, ...callerHeaders]),
    'Access-Control-Max-Age': `${maxAge?.toSeconds() ?? 600}`,
    ...(cors._origins.length > 1 && { Vary: 'Origin' }),
  };
  return {
    'responses': {
      204: {
        description: 'Preflight',
        headers: Object.fromEntries(Object.keys({ ...answer, 'Access-Control-Allow-Origin': '' }).map((name) => [name, { schema: { type: 'string' } }])),
      },
    },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{"statusCode":204}' },
      contentHandling: binaryMediaTypes && 'CONVERT_TO_TEXT', // where all is binary, a mock gets its template as bytes and fails
      responses: {
        default: {
          statusCode: '204',
          responseParameters: prefixed('method.response.header.', answer),
          ...(cors._origins.length > 1 && { responseTemplates: { 'application/json': echoOrigin(cors._origins) } }),
        },
      },
    },
  };
}

/** The answers that API Gateway gives itself: with the headers that let a page read them, and with what is wrong in a body. */
export function errorAnswers(cors: ApiCors | undefined, bodies: boolean): Record<string, unknown> {
  const responseParameters = cors && prefixed('gatewayresponse.header.', allowOrigin(cors, errorOrigin(cors)));
  return {
    ...(cors && { DEFAULT_4XX: { responseParameters }, DEFAULT_5XX: { responseParameters } }),
    ...(bodies && {
      BAD_REQUEST_BODY: {
        statusCode: '400',
        responseParameters,
        responseTemplates: { 'application/json': '{"message":$context.error.messageString,"reason":"$context.error.validationErrorString"}' },
      },
    }),
  };
}

function errorOrigin(cors: ApiCors): string {
  return cors._origins.length > 1 && !cors._options.credentials ? '*' : cors._origins[0];
}

function allowOrigin(cors: ApiCors, origin: string | undefined): Record<string, string> {
  return {
    ...(origin && { 'Access-Control-Allow-Origin': origin }),
    ...(cors._options.credentials && { 'Access-Control-Allow-Credentials': 'true' }),
  };
}

/** Velocity that allows the page's origin when it is one of the listed ones. */
function echoOrigin(origins: string[]): string {
  const known = origins.map((origin) => `$origin=="${origin}"`).join('||');
  return '#set($origin=$input.params().header.get("Origin"))'
    + '#if(!$origin||$origin=="")#set($origin=$input.params().header.get("origin"))#end' // as HTTP/2 sends it
    + `#if(${known})#set($context.responseOverride.header.Access-Control-Allow-Origin=$origin)#end`;
}

function prefixed(prefix: string, headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${prefix}${name}`, `'${value}'`]));
}

function list(items: string[]): string {
  return [...new Set(items)].sort().join(',');
}
