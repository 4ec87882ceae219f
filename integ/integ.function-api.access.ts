/** Every kind of access, validation of requests, answers that a page can read, and an alarm that reaches its action. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Duration, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmActions, ApiAccess, ApiCors, ApiRoute, FunctionApi } from '../src';
import { addressOf, inlineFunction, integApp, outputs } from './support/apps';

const PAGE = 'https://shop.example.com';

const app = integApp();
const stack = new Stack(app, 'IntegFunctionApiAccess');
const echo = inlineFunction(stack, 'Echo', `
  if (event.queryStringParameters?.answer === 'malformed') return { told: 'nothing' };
  if (event.queryStringParameters?.answer === 'error') throw new Error('as asked');
  const { resource, requestContext: { authorizer } } = event;
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ resource, authorizer, path: event.pathParameters }) };
`);
const doorkeeper = inlineFunction(stack, 'Doorkeeper', `
  const Effect = event.headers['x-ticket'] === 'valid' ? 'Allow' : 'Deny';
  const Resource = event.methodArn.split('/').slice(0, 2).join('/') + '/*';
  return { principalId: 'guest', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] } };
`);
const users = new cognito.UserPool(stack, 'Users');
const client = users.addClient('Client', { authFlows: { adminUserPassword: true } });
const caller = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
const stranger = new iam.Role(stack, 'Stranger', { assumedBy: new iam.AccountRootPrincipal() });

const api = new FunctionApi(stack, 'Api', {
  access: ApiAccess.anonymous(),
  routes: {
    'GET /anonymous/{name}': ApiRoute.to(echo),
    'ANY /any/{rest+}': ApiRoute.to(echo),
    'POST /validated': ApiRoute.to(echo, {
      body: { type: 'object', required: ['item'], properties: { item: { type: 'string' }, price: { type: 'number', minimum: 0 } } },
      requiredQuery: ['currency'],
      requiredHeaders: ['X-Trace'],
    }),
    'GET /iam/{name}': ApiRoute.to(echo, { access: ApiAccess.iam() }),
    'GET /cognito': ApiRoute.to(echo, { access: ApiAccess.cognito(users) }),
    'GET /lambda': ApiRoute.to(echo, { access: ApiAccess.lambdaAuthorizer(doorkeeper, { identityHeaders: ['X-Ticket'] }) }),
    'GET /jwt': ApiRoute.to(echo, {
      access: ApiAccess.jwt(process.env.TEST_JWT_ISSUER ?? 'https://token.actions.githubusercontent.com', { audience: ['orders'], resultsCacheTtl: Duration.seconds(0) }),
    }),
    'GET /jwt/write': ApiRoute.to(echo, {
      access: ApiAccess.jwt(process.env.TEST_JWT_ISSUER ?? 'https://token.actions.githubusercontent.com', { audience: ['orders'], scopes: ['orders:write'] }),
    }),
    'GET /key': ApiRoute.to(echo, { access: ApiAccess.apiKey() }),
    'GET /slow': ApiRoute.to(echo, { throttle: { rateLimit: 1, burstLimit: 1 } }),
  },
  cors: ApiCors.origins([PAGE]),
});
api.grantInvoke(caller);

const alarms = new sns.Topic(stack, 'Alarms');
const told = new sqs.Queue(stack, 'Told');
alarms.addSubscription(new SqsSubscription(told));
AlarmActions.of(stack).add(new SnsAction(alarms));

outputs(stack, {
  Url: api.url,
  ApiId: api.restApi.restApiId,
  KeyId: api.apiKey!.keyId,
  UserPoolId: users.userPoolId,
  ClientId: client.userPoolClientId,
  CallerArn: caller.roleArn,
  StrangerArn: stranger.roleArn,
  AlarmName: api.serverErrorAlarm!.alarmName,
  ToldUrl: told.queueUrl,
});

const integ = new IntegTest(app, 'FunctionApiAccess', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const base = addressOf(api);
const get = (path: string, headers: Record<string, string> = {}) => integ.assertions.httpApiCall(`${base}${path}`, { headers });
const status = (expected: number) => ExpectedResult.objectLike({ status: expected });

const key = integ.assertions.awsApiCall('APIGateway', 'getApiKey', { apiKey: api.apiKey!.keyId, includeValue: true });
key.provider.addToRolePolicy({ Effect: 'Allow', Action: ['apigateway:GET'], Resource: ['*'] }); // its actions are named after HTTP's methods
get('anonymous/ada').expect(ExpectedResult.objectLike({ status: 200, body: { resource: '/anonymous/{name}', path: { name: 'ada' } } }));
get('any/a/b').expect(ExpectedResult.objectLike({ status: 200, body: { path: { rest: 'a/b' } } }));
get('iam/ada').expect(status(403));
get('cognito').expect(status(401));
get('lambda').expect(status(401));
get('lambda', { 'X-Ticket': 'forged' }).expect(status(403));
get('lambda', { 'X-Ticket': 'valid' }).expect(ExpectedResult.objectLike({ status: 200, body: { authorizer: { principalId: 'guest' } } }));
get('jwt').expect(status(401));
get('key').expect(status(403));
get('key', { 'x-api-key': key.getAttString('value') }).expect(status(200));
integ.assertions.httpApiCall(`${base}validated?currency=EUR`, {
  method: 'POST', headers: { 'content-type': 'application/json', 'x-trace': '1' }, body: JSON.stringify({ item: 'tea' }),
}).expect(status(200));
integ.assertions.httpApiCall(`${base}validated?currency=EUR`, {
  method: 'POST', headers: { 'content-type': 'application/json', 'x-trace': '1' }, body: JSON.stringify({ price: -1 }),
}).expect(status(400));
