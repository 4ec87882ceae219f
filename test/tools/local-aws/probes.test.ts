/**
 * What the local engine lacks: each mend has a probe that holds with all mends and fails without that one.
 * Where a newer engine passes without it, the mend can go.
 */
import { readdirSync } from 'fs';
import { join } from 'path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { Engine, startEngine } from '../../../tools/local-aws/engine';
import { stopAll } from '../../../tools/process';
import { root } from '../../support/examples';

jest.setTimeout(180_000);

const quoted = (value: string) => `'${value}'`;
const proxy = (fn: string) => ({
  type: 'aws_proxy',
  httpMethod: 'POST',
  uri: { 'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${fn}.Arn}/invocations` },
});
const fn = (code: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: `exports.handler = async (event) => (${code});` } },
});
const permission = (name: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: name },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*' },
  },
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
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] } } },
    Echo: fn('{ statusCode: 200, body: event.httpMethod }'),
    Malformed: fn('{ nothing: 1 }'),
    Failing: fn('event.no.such.thing'),
    Forbidden: fn('{ statusCode: 200 }'),
    EchoPermission: permission('Echo'),
    MalformedPermission: permission('Malformed'),
    FailingPermission: permission('Failing'),
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'probes', Body: body } },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId: { Ref: 'Api' },
        DeploymentId: { Ref: 'Deployment' },
        StageName: 'prod',
        MethodSettings: [{ ResourcePath: '/~1any', HttpMethod: 'PUT', ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 }],
      },
    },
  },
  Outputs: { Api: { Value: { Ref: 'Api' } } },
};

type Ask = (path: string, init?: RequestInit) => Promise<Response>;
const json = { 'content-type': 'application/json' };
const status = async (answer: Promise<Response>) => (await answer).status;
const header = async (answer: Promise<Response>, name: string) => (await answer).headers.get(name);

/** For each mend the gaps that it closes, one by one. */
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

async function askerOf(engine: Engine): Promise<Ask> {
  const cloudformation = new CloudFormationClient(engine.client);
  const StackName = 'Probes';
  await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] }));
  await waitUntilStackCreateComplete({ client: cloudformation, maxWaitTime: 30, minDelay: 0.2, maxDelay: 0.2 }, { StackName });
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
  const url = `${engine.endpoint}/restapis/${Stacks![0].Outputs![0].OutputValue}/prod/_user_request_`;
  return (path, init) => fetch(`${url}/${path}`, init);
}

afterAll(stopAll);

test('every mend has a probe', () => {
  const mends = readdirSync(join(root, 'tools/local-aws/mends')).filter((file) => /^[a-z].*\.py$/.test(file)).map((file) => file.replace('.py', ''));
  expect(Object.keys(probes).sort()).toEqual(mends.sort());
});

test('with all mends every probe holds', async () => {
  const ask = await askerOf(await startEngine());
  for (const [name, probe] of Object.entries(probes)) {
    expect([name, await probe(ask)]).toEqual([name, expect.not.arrayContaining([false])]);
  }
});

test.each(Object.keys(probes))('without %s all of its probe fails: the mend is still needed', async (name) => {
  const ask = await askerOf(await startEngine({ without: [name] }));
  expect(await probes[name](ask)).not.toContain(true);
});
