import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv from 'ajv';
import { Duration, Lazy } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { ApiAccess, ApiCacheSize, ApiCors, ApiRoute, FunctionApi, FunctionApiProps } from '../../../src';
import { gatewayDocumentSchema } from '../../support/gateway-extensions';
import { aFunction, newStack, propertiesOf, warningsOf } from '../../support/stacks';

const order = { type: 'object', required: ['item'], properties: { item: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } } };

/** An API with all that its document can hold. */
function make(cors?: ApiCors, more: Partial<FunctionApiProps> = {}) {
  const stack = newStack();
  const fn = aFunction(stack);
  const doorkeeper = aFunction(stack, 'Doorkeeper');
  const api = new FunctionApi(stack, 'Api', {
    access: ApiAccess.cognito(new cognito.UserPool(stack, 'Users'), { scopes: ['orders/write'] }),
    cache: { size: ApiCacheSize.GB_0_5 },
    cors,
    routes: {
      'GET /': ApiRoute.to(fn, { access: ApiAccess.anonymous(), requiredQuery: ['q'], cacheTtl: Duration.minutes(1), cacheKeyQuery: ['page'] }),
      'POST /orders': ApiRoute.to(fn, { body: order, requiredHeaders: ['Idempotency-Key'] }),
      'PUT /orders/{id}': ApiRoute.to(fn, { body: order, integrationTimeout: Duration.seconds(5) }),
      'DELETE /orders/{id}': ApiRoute.to(fn, { access: ApiAccess.apiKey() }),
      'PATCH /orders/{id}': ApiRoute.to(fn, { access: ApiAccess.jwt('https://login.example.com', { audience: ['x'], scopes: ['s'] }) }),
      'HEAD /orders/{id}': ApiRoute.to(fn, { access: ApiAccess.lambdaAuthorizer(doorkeeper, { identityHeaders: ['X-A', 'X-B'] }) }),
      'ANY /files/{path+}': ApiRoute.to(fn, { access: ApiAccess.iam() }),
    },
    ...more,
  });
  return { stack, api, body: () => propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body };
}

/** The document as API Gateway gets it: with references filled in. */
function filled(body: object): any {
  return JSON.parse(JSON.stringify(body), (_, value) => {
    if (value?.['Fn::Join']) return value['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : 'x').join('');
    if (value?.['Fn::GetAtt']) return 'arn:x';
    return value;
  });
}

/** The same with API Gateway's two words of its own in OpenAPI's. */
function asOpenApi(body: object): any {
  const text = JSON.stringify(filled(body))
    .replace(/"x-amazon-apigateway-any-method"/g, '"trace"')
    .replace(/\+\}/g, '}');
  return JSON.parse(text);
}

const corsKinds: [string, ApiCors | undefined][] = [
  ['without cors', undefined],
  ['for one origin', ApiCors.origins(['https://a.example'])],
  ['for two origins with credentials', ApiCors.origins(['https://a.example', 'https://b.example:8443'], { credentials: true, maxAge: Duration.hours(1) })],
  ['for any origin', ApiCors.anyOrigin({ headers: ['X-Mine'] })],
];

describe.each(corsKinds)('the document %s', (_, cors) => {
  test('is OpenAPI 3.0', async () => {
    await SwaggerParser.validate(asOpenApi(make(cors).body()));
  });

  test('says nothing to API Gateway that API Gateway does not document', () => {
    const validate = new Ajv({ strict: false, formats: { regex: true } }).compile(gatewayDocumentSchema);
    expect([validate(filled(make(cors).body())), validate.errors]).toEqual([true, null]);
  });

  test('is for clients plain OpenAPI 3.0 without tokens, extensions and preflights', async () => {
    const { openApi } = make(cors).api;
    const text = JSON.stringify(openApi);
    expect(text).not.toMatch(/x-amazon|\$\{Token|Fn::|"options"/);
    await SwaggerParser.validate(JSON.parse(text));
    expect(Object.keys(openApi.paths['/files/{path}'])).toEqual(['delete', 'get', 'head', 'patch', 'post', 'put']);
    expect(Object.keys(openApi.paths['/orders'].post.requestBody.content)).toEqual(['application/json']);
    expect(openApi.components.securitySchemes).toMatchObject({ ApiKey: { name: 'x-api-key' } });
    const named = Object.values<any>(openApi.components.securitySchemes).map(({ scheme, name }) => scheme ?? name);
    expect(named.sort()).toEqual(['Authorization', 'Authorization', 'X-A', 'bearer', 'x-api-key']);
  });
});

describe('validation', () => {
  test('fault 3: the model holds for every content type that a caller is likely to try', () => {
    const { post } = make().body().paths['/orders'];
    const types = Object.keys(post.requestBody.content);
    expect(types).toEqual(expect.arrayContaining([
      'application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/octet-stream',
    ]));
    for (const type of types) expect(post.requestBody.content[type].schema).toEqual({ $ref: '#/components/schemas/PostOrdersBody' });
    expect(make().body()).toMatchObject({
      'x-amazon-apigateway-request-validator': 'all',
      'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
    });
  });

  test('alike bodies share one model, others have names of their own', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    new FunctionApi(stack, 'Api', {
      access: ApiAccess.anonymous(),
      routes: {
        'POST /a-b': ApiRoute.to(fn, { body: order }),
        'PUT /a-b': ApiRoute.to(fn, { body: order }),
        'POST /a/b': ApiRoute.to(fn, { body: { type: 'string' } }),
      },
    });
    const { components, paths } = propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body;
    expect(components.schemas).toEqual({ PostABBody: order, PostABBody2: { type: 'string' } });
    expect(paths['/a-b'].put.requestBody).toEqual(paths['/a-b'].post.requestBody);
  });

  test('an API without anything to validate has no validator', () => {
    const stack = newStack();
    new FunctionApi(stack, 'Api', { access: ApiAccess.anonymous(), routes: { 'GET /a': ApiRoute.to(aFunction(stack)) } });
    expect(JSON.stringify(propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body)).not.toContain('validator');
  });

  test('parameters are declared: required ones, and those that tell cached answers apart', () => {
    expect(make().body().paths['/'].get.parameters).toEqual([
      { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
      { name: 'page', in: 'query', required: false, schema: { type: 'string' } },
    ]);
  });

  test.each<[string, object, string | RegExp]>([
    ['$ref', { $ref: '#/definitions/x' }, '\'body\' cannot use the keyword $ref (inline what it refers to), got \'$.$ref "#/definitions/x"\''],
    ['definitions', { definitions: {} }, /cannot use the keyword definitions/],
    ['patternProperties, deep in it', { properties: { a: { items: { anyOf: [{ patternProperties: {} }] } } } }, /got '\$\.properties\.a\.items\.anyOf\[0\]\.patternProperties \{\}'/],
    ['const', { properties: { a: { const: 1 } } }, /cannot use the keyword const \(write an enum of one value\)/],
    ['a list of types', { type: ['string', 'null'] }, /'body' must have one type of object, .* \(leave a property out in place of null\)/],
    ['a numeric exclusiveMinimum', { exclusiveMinimum: 1 }, /boolean exclusiveMinimum beside the limit/],
    ['a keyword of a later draft', { contains: {} }, /cannot use the keyword contains \(check it in the function\)/],
    ['null', { properties: { a: { type: 'null' } } }, /must have one type of/],
    ['nullable', { nullable: true }, /leave the property out in place of null/],
    ['a list of items', { items: [{ $ref: 'x' }] }, /one schema for all items/],
    ['nothing required', { required: [] }, /at least one name as required/],
    ['a token', { properties: { a: Lazy.any({ produce: () => ({}) }) } as any }, /must be a JSON Schema without tokens/],
  ])('a schema with %s is refused', (_, body, message) => {
    expect(() => ApiRoute.to(aFunction(newStack()), { body })).toThrow(message);
  });

  test('a property may have the name of a keyword', () => {
    const body = { type: 'object', properties: { id: { type: 'string' }, const: { type: 'string' }, $ref: { type: 'string' } } };
    expect(() => ApiRoute.to(aFunction(newStack()), { body })).not.toThrow();
  });

  test('what API Gateway does not check is warned of', () => {
    const stack = newStack();
    const body = { type: 'object', properties: { tags: { type: 'array', maxItems: 3 } } };
    new FunctionApi(stack, 'Api', { access: ApiAccess.anonymous(), routes: { 'POST /a': ApiRoute.to(aFunction(stack), { body }) } });
    expect(warningsOf(stack).join()).toContain('check them in the function: $.properties.tags.maxItems');
  });
});

describe('fault 8: answers that a page can read', () => {
  const errors = (cors?: ApiCors) => make(cors).body()['x-amazon-apigateway-gateway-responses'];
  const ORIGIN = 'gatewayresponse.header.Access-Control-Allow-Origin';

  test('errors carry the one origin', () => {
    const found = errors(ApiCors.origins(['https://a.example']));
    for (const kind of ['DEFAULT_4XX', 'DEFAULT_5XX', 'BAD_REQUEST_BODY']) {
      expect(found[kind].responseParameters).toEqual({ [ORIGIN]: '\'https://a.example\'' });
    }
  });

  test('errors carry any origin for several, and the first one with credentials', () => {
    const origins = ['https://a.example', 'https://b.example'];
    expect(errors(ApiCors.origins(origins)).DEFAULT_5XX.responseParameters).toEqual({ [ORIGIN]: '\'*\'' });
    expect(errors(ApiCors.origins(origins, { credentials: true })).DEFAULT_5XX.responseParameters).toEqual({
      [ORIGIN]: '\'https://a.example\'',
      'gatewayresponse.header.Access-Control-Allow-Credentials': '\'true\'',
    });
  });

  test('without cors there is only what is wrong with a body', () => {
    expect(Object.keys(errors())).toEqual(['BAD_REQUEST_BODY']);
  });

  test('preflights need no access, and allow the headers that callers identify themselves with', () => {
    const { options } = make(ApiCors.origins(['https://a.example'])).body().paths['/orders/{id}'];
    expect(options.security).toBeUndefined();
    expect(options['x-amazon-apigateway-integration'].responses.default.responseParameters).toMatchObject({
      'method.response.header.Access-Control-Allow-Methods': '\'DELETE,HEAD,PATCH,PUT\'',
      'method.response.header.Access-Control-Allow-Headers': '\'Authorization,Content-Type,X-A,X-B,x-api-key\'',
    });
  });

  test('fault 10: a preflight puts nothing of the request into its answer but a listed origin', () => {
    const { responseTemplates, responseParameters } = make(ApiCors.origins(['https://a.example', 'https://b.example']))
      .body().paths['/orders'].options['x-amazon-apigateway-integration'].responses.default;
    expect(responseTemplates['application/json']).toBe(
      '#set($origin=$input.params().header.get("Origin"))#if(!$origin||$origin=="")#set($origin=$input.params().header.get("origin"))#end'
      + '#if($origin=="https://a.example"||$origin=="https://b.example")'
      + '#set($context.responseOverride.header.Access-Control-Allow-Origin=$origin)#end');
    expect(responseParameters['method.response.header.Vary']).toBe('\'Origin\'');
    expect(responseParameters['method.response.header.Access-Control-Allow-Origin']).toBeUndefined();
  });

  test('preflights work where all bodies are binary', () => {
    const { body } = make(ApiCors.anyOrigin(), { binaryMediaTypes: ['*/*'] });
    expect(body().paths['/orders'].options['x-amazon-apigateway-integration'].contentHandling).toBe('CONVERT_TO_TEXT');
  });

  test.each<[string, () => unknown, string]>([
    ['any origin with credentials', () => ApiCors.anyOrigin({ credentials: true }), '\'credentials\' cannot be allowed for any origin (name them with ApiCors.origins), got true'],
    ['a star with credentials', () => ApiCors.origins(['*'], { credentials: true }), '\'origins\' must be named one by one where credentials are allowed, got \'*\''],
    ['a star', () => ApiCors.origins(['*']), '\'origins\' must be named one by one (ApiCors.anyOrigin() is for all), got \'*\''],
    ['an origin with a path', () => ApiCors.origins(['https://a.example/']), '\'origins\' must be as browsers send them: scheme and host in small letters, no path, no wildcard, no default port, got \'https://a.example/\''],
    ['an origin that breaks out of its quotes', () => ApiCors.origins(['https://a"#end']), 'no default port, got \'https://a"#end\''],
    ['an origin with a wildcard', () => ApiCors.origins(['https://*.a.example']), 'no wildcard'],
    ['an origin with its default port', () => ApiCors.origins(['https://a.example:443']), 'no default port'],
    ['any header with credentials', () => ApiCors.origins(['https://a.example'], { credentials: true, headers: ['*'] }), '\'headers\' must be named one by one'],
    ['a header that breaks out of its quotes', () => ApiCors.anyOrigin({ headers: ['X-A\', \'x'] }), '\'headers\' must be names of headers, each once'],
    ['no origin', () => ApiCors.origins([]), '\'origins\' must name at least one origin, got \'[]\''],
  ])('%s is refused', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
