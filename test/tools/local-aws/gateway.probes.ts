/** What REST APIs need. */
import { allow, Family, fn, outputsOf, ref, resource, role, sub } from './support';

const quoted = (value: string) => `'${value}'`;
const proxy = (fnId: string) => ({
  type: 'aws_proxy',
  httpMethod: 'POST',
  uri: sub(`arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${fnId}.Arn}/invocations`),
});
const permission = (name: string) => resource('AWS::Lambda::Permission', {
  Action: 'lambda:InvokeFunction',
  FunctionName: ref(name),
  Principal: 'apigateway.amazonaws.com',
  SourceArn: sub('arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*'),
});

const model = { schema: { $ref: '#/components/schemas/Item' } };
const body = {
  'openapi': '3.0.1',
  'info': { title: 'probes', version: '1' },
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
  'x-amazon-apigateway-request-validator': 'all',
  'x-amazon-apigateway-gateway-responses': {
    DEFAULT_4XX: { responseParameters: { 'gatewayresponse.header.X-Error': quoted('4xx') } },
    DEFAULT_5XX: { responseParameters: { 'gatewayresponse.header.X-Error': quoted('5xx') } },
    BAD_REQUEST_BODY: { statusCode: 400, responseTemplates: { 'application/json': '{"reason":"$context.error.validationErrorString"}' } },
  },
  'components': { schemas: { Item: { type: 'object', required: ['item'] } } },
  'paths': {
    '/checked/{id}': {
      post: {
        'parameters': [{ name: 'q', in: 'query', required: true, schema: { type: 'string' } }],
        'requestBody': { content: { 'application/json': model } },
        'responses': { 200: { description: '' } },
        'x-amazon-apigateway-integration': proxy('Echo'),
      },
    },
    '/any': { 'x-amazon-apigateway-any-method': { 'responses': {}, 'x-amazon-apigateway-integration': proxy('Echo') } },
    '/malformed': { get: { 'responses': {}, 'x-amazon-apigateway-integration': proxy('Malformed') } },
    '/failing': { get: { 'responses': {}, 'x-amazon-apigateway-integration': proxy('Failing') } },
    '/forbidden': { get: { 'responses': {}, 'x-amazon-apigateway-integration': proxy('Forbidden') } },
    '/mock': {
      options: {
        'responses': { 204: { description: '', headers: { 'X-Static': { schema: { type: 'string' } } } } },
        'x-amazon-apigateway-integration': {
          type: 'mock',
          requestTemplates: { 'application/json': '{"statusCode":204}' },
          responses: {
            default: {
              statusCode: '204',
              responseParameters: { 'method.response.header.X-Static': quoted('yes') },
              responseTemplates: { 'application/json': '#if($input.params().header.get("origin")=="a")#set($context.responseOverride.header.X-Echo="a")#end' },
            },
          },
        },
      },
    },
  },
};
const template = {
  Resources: {
    Role: role('lambda.amazonaws.com', allow('logs:*')),
    Echo: fn('{ statusCode: 200, body: event.httpMethod }'),
    Malformed: fn('{ nothing: 1 }'),
    Failing: fn('event.no.such.thing'),
    Forbidden: fn('{ statusCode: 200 }'),
    EchoPermission: permission('Echo'),
    MalformedPermission: permission('Malformed'),
    FailingPermission: permission('Failing'),
    Api: resource('AWS::ApiGateway::RestApi', { Name: 'probes', Body: body }),
    Deployment: resource('AWS::ApiGateway::Deployment', { RestApiId: ref('Api') }),
    Stage: resource('AWS::ApiGateway::Stage', {
      RestApiId: ref('Api'),
      DeploymentId: ref('Deployment'),
      StageName: 'prod',
      MethodSettings: [{ ResourcePath: '/~1any', HttpMethod: 'PUT', ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 }],
    }),
  },
  Outputs: outputsOf({ Api: ref('Api') }),
};

type Ask = (path: string, init?: RequestInit) => Promise<Response>;
const json = { 'content-type': 'application/json' };
const status = async (answer: Promise<Response>) => (await answer).status;
const header = async (answer: Promise<Response>, name: string) => (await answer).headers.get(name);

const probes: Record<string, (ask: Ask) => Promise<unknown[]>> = {
  openapi_import: async (ask) => [
    await status(ask('checked/1?q=1', { method: 'POST', headers: json, body: '{}' })) === 400,
    await status(ask('checked/1', { method: 'POST', headers: json, body: '{"item":1}' })) === 400,
    await (await ask('any', { method: 'PATCH' })).text() === 'PATCH',
    await header(ask('mock', { method: 'OPTIONS' }), 'x-static') === 'yes',
    await header(ask('nothing'), 'x-error') === '4xx',
  ],
  request_validation: async (ask) => [
    await status(ask('checked/1?q=1', { method: 'POST', headers: { 'content-type': 'x/y' }, body: '{}' })) === 200,
    (await (await ask('checked/1?q=1', { method: 'POST', headers: json, body: '{}' })).text()).includes('required property'),
  ],
  gateway_answers: async (ask) => [
    await status(ask('malformed')) === 502,
    await header(ask('malformed'), 'x-error') === '5xx',
    await header(ask('failing'), 'x-error') === '5xx',
    !(await (await ask('checked/1?q=1', { method: 'POST', headers: json, body: '{}' })).text()).includes('$context'),
    await header(ask('mock', { method: 'OPTIONS', headers: { origin: 'a' } }), 'x-echo') === 'a',
  ],
  resource_permission: async (ask) => [await status(ask('forbidden')) === 500],
  method_settings: async (ask) => [await status(ask('any', { method: 'PUT' })) === 429],
};

export const gateway: Family = {
  template,
  probes: Object.fromEntries(Object.entries(probes).map(([name, probe]) => [name, (engine, { Api }) =>
    probe((path, init) => fetch(`${engine.endpoint}/restapis/${Api}/prod/_user_request_/${path}`, init))])),
};
