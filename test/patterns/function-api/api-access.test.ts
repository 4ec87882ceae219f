import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ApiAccess, ApiAuthorizerConfig, ApiRoute, FunctionApi, IApiAuthorizer } from '../../../src';
import { aFunction, newStack, propertiesOf } from '../../support/stacks';

function bodyWith(access: (stack: Construct) => ApiAccess) {
  const stack = newStack();
  new FunctionApi(stack, 'Api', { access: access(stack), routes: { 'GET /a': ApiRoute.to(aFunction(stack)) } });
  const { components, paths } = propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body;
  return { stack, schemes: components.securitySchemes, security: paths['/a'].get.security };
}

test('anonymous routes have no security', () => {
  expect(bodyWith(() => ApiAccess.anonymous())).toMatchObject({ schemes: undefined, security: undefined });
});

test('Cognito: the pool, and scopes of the route', () => {
  const { schemes, security } = bodyWith((stack) => ApiAccess.cognito(new cognito.UserPool(stack, 'Users'), { scopes: ['a/b'], resultsCacheTtl: Duration.seconds(0) }));
  expect(schemes.Cognito['x-amazon-apigateway-authorizer']).toMatchObject({
    type: 'cognito_user_pools', providerARNs: [{ 'Fn::GetAtt': [expect.stringMatching(/^Users/), 'Arn'] }], authorizerResultTtlInSeconds: 0,
  });
  expect(security).toEqual([{ Cognito: ['a/b'] }]);
});

test('a Lambda authorizer is asked with its headers, and may be called by this API\'s authorizers only', () => {
  const { stack, schemes, security } = bodyWith((scope) => ApiAccess.lambdaAuthorizer(aFunction(scope, 'Doorkeeper')));
  expect(schemes.Lambda['x-amazon-apigateway-authorizer']).toMatchObject({
    type: 'request', identitySource: 'method.request.header.Authorization', authorizerResultTtlInSeconds: 300,
  });
  expect(security).toEqual([{ Lambda: [] }]);
  const [permission] = propertiesOf(stack, 'AWS::Lambda::Permission').filter(({ FunctionName }) => /Doorkeeper/.test(JSON.stringify(FunctionName)));
  expect(permission.SourceArn['Fn::Join'][1].slice(-1)).toEqual(['/authorizers/*']);
});

test('fault 90: API Gateway may call a function for this API only', () => {
  const { stack } = bodyWith(() => ApiAccess.jwt('https://login.example.com', { audience: ['x'] }));
  for (const { SourceArn } of propertiesOf(stack, 'AWS::Lambda::Permission')) {
    const [api] = Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::RestApi'));
    expect(SourceArn['Fn::Join'][1]).toContainEqual({ Ref: api });
    expect(SourceArn['Fn::Join'][1]).toContainEqual({ Ref: 'AWS::AccountId' });
  }
});

test('routes with equal access share an authorizer; an other one has its own, whatever the order', () => {
  const names = (reverse: boolean) => {
    const stack = newStack();
    const fn = aFunction(stack);
    const jwt = (audience: string, scope: string) => ApiAccess.jwt('https://login.example.com', { audience: [audience], scopes: [scope] });
    const routes: [string, ApiRoute][] = [
      ['GET /a', ApiRoute.to(fn, { access: jwt('x', 's') })],
      ['GET /b', ApiRoute.to(fn, { access: jwt('x', 's') })],
      ['GET /c', ApiRoute.to(fn, { access: jwt('y', 's') })],
    ];
    const api = new FunctionApi(stack, 'Api', { access: ApiAccess.iam() });
    for (const [key, route] of reverse ? routes.reverse() : routes) api.addRoute(key, route);
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::Lambda::Function', { Description: 'Verifies JSON Web Tokens for an API' }, 2);
    return Object.keys(propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body.components.securitySchemes);
  };
  expect(names(false)).toHaveLength(2);
  expect(names(true)).toEqual(names(false));
});

test('an authorizer that no route uses is not made', () => {
  const stack = newStack();
  new FunctionApi(stack, 'Api', {
    access: ApiAccess.jwt('https://login.example.com', { audience: ['x'] }),
    routes: { 'GET /a': ApiRoute.to(aFunction(stack), { access: ApiAccess.anonymous() }) },
  });
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
});

test('the JWT verifier may write its own log and be traced, and nothing else', () => {
  const { stack } = bodyWith(() => ApiAccess.jwt('https://login.example.com', { audience: ['x'], keySetUrl: 'https://login.example.com/keys' }));
  const [logGroup] = Object.keys(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
  expect(propertiesOf(stack, 'AWS::IAM::Policy').map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([[
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] } },
    { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
  ]]);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Environment: { Variables: { JWT_ISSUER: 'https://login.example.com', JWT_AUDIENCE: '["x"]', JWT_SCOPES: '[]', JWT_KEY_SET: 'https://login.example.com/keys' } },
    LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: logGroup } },
  });
});

const OWN = {
  'type': 'apiKey',
  'name': 'x-own',
  'in': 'header',
  'x-amazon-apigateway-authtype': 'custom',
  'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: 'arn:x' },
};

describe('an authorizer of the user\'s own', () => {
  class Own implements IApiAuthorizer {
    public bound = 0;

    constructor(private readonly config: Partial<ApiAuthorizerConfig> = {}) {}

    public bind(_scope: Construct): ApiAuthorizerConfig {
      this.bound++;
      return { securityScheme: OWN, ...this.config };
    }
  }

  test('is bound once for an API, and its functions get the permission', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    const own = new Own({ functions: [aFunction(stack, 'Own')] });
    new FunctionApi(stack, 'Api', { access: ApiAccess.authorizer(own), routes: { 'GET /a': ApiRoute.to(fn), 'GET /b': ApiRoute.to(fn, { access: ApiAccess.authorizer(own) }) } });
    expect(own.bound).toBe(1);
    expect(propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body.components.securitySchemes).toEqual({ Authorizer: OWN });
    expect(propertiesOf(stack, 'AWS::Lambda::Permission')).toHaveLength(2);
  });
});

test.each([
  {},
  { type: 'http', scheme: 'bearer' },
  { 'type': 'apiKey', 'name': 'x-own', 'in': 'header', 'x-amazon-apigateway-authtype': 'custom' },
])('a scheme that API Gateway would ignore is refused, since its routes would be open: %j', (securityScheme) => {
  expect(() => bodyWith(() => ApiAccess.authorizer({ bind: () => ({ securityScheme }) }))).toThrow(/'securityScheme' must have x-amazon-apigateway-authtype and/);
});

test('an access that equals the API\'s is the API\'s, and own authorizers are known by what they are, in any order', () => {
  const names = (reverse: boolean) => {
    const stack = newStack();
    const fn = aFunction(stack);
    const jwt = () => ApiAccess.jwt('https://login.example.com', { audience: ['x'] });
    const own = (name: string) => ApiAccess.authorizer({ bind: () => ({ securityScheme: { ...OWN, name } }) });
    const routes: [string, ApiRoute][] = [
      ['GET /a', ApiRoute.to(fn, { access: jwt() })],
      ['GET /b', ApiRoute.to(fn)],
      ['GET /c', ApiRoute.to(fn, { access: own('one') })],
      ['GET /d', ApiRoute.to(fn, { access: own('two') })],
      ['GET /e', ApiRoute.to(fn, { access: own('two') })],
    ];
    const api = new FunctionApi(stack, 'Api', { access: jwt() });
    for (const [key, route] of reverse ? routes.reverse() : routes) api.addRoute(key, route);
    expect(api.jwtVerifiers).toHaveLength(1);
    const { components, paths } = propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body;
    expect(paths['/d'].get.security).toEqual(paths['/e'].get.security);
    return Object.keys(components.securitySchemes);
  };
  expect(names(false)).toEqual([expect.stringMatching(/^Authorizer[0-9a-f]{8}$/), expect.stringMatching(/^Authorizer[0-9a-f]{8}$/), 'Jwt']);
  expect(names(true)).toEqual(names(false));
});

test.each<[string, () => unknown, string]>([
  ['a key set without TLS', () => ApiAccess.jwt('https://a.b', { audience: ['x'], keySetUrl: 'http://a.b/keys' }), '\'keySetUrl\' must be an https address'],
  ['no scope', () => ApiAccess.jwt('https://a.b', { audience: ['x'], scopes: [] }), '\'scopes\' must be a list of at least one scope, or be left out, got \'[]\''],
  ['a scope that is no list', () => ApiAccess.cognito({} as any, { scopes: 'a' as any }), '\'scopes\' must be a list'],
  ['an identity source in a header\'s name', () => ApiAccess.lambdaAuthorizer(aFunction(newStack()), { identityHeaders: ['X, method.request.querystring.x'] }), '\'identityHeaders\' must be names of headers'],
  ['an issuer without TLS', () => ApiAccess.jwt('http://login.example.com', { audience: ['x'] }), '\'issuer\' must be an https address, got \'http://login.example.com\''],
  ['no audience', () => ApiAccess.jwt('https://login.example.com', { audience: [] }), '\'audience\' must be a list of at least one audience, got \'[]\''],
  ['results kept for a day', () => ApiAccess.jwt('https://a.b', { audience: ['x'], resultsCacheTtl: Duration.days(1) }), '\'resultsCacheTtl\' must be at most one hour, got \'86400 s\''],
  ['results kept for nobody', () => ApiAccess.lambdaAuthorizer(aFunction(newStack()), { identityHeaders: [] }), '\'identityHeaders\' must name a header while results are remembered'],
])('%s is refused', (_, act, message) => {
  expect(act).toThrow(message);
});
