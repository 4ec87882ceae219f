import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AlarmSetting, ApiAccess, ApiAccessLog, ApiCacheSize, ApiCors, ApiDomain, ApiRoute, FunctionApi, FunctionApiProps,
} from '../../../src';
import { aFunction, countByType, importedFunction, newStack, propertiesOf, resourcesOf, warningsOf } from '../../support/stacks';

/** An API of one function, with one anonymous route unless told otherwise. */
function anApi(stack: Stack, props: Partial<FunctionApiProps> = {}, id = 'Api'): FunctionApi {
  const fn = stack.node.tryFindChild('Fn') as lambda.Function | undefined ?? aFunction(stack);
  return new FunctionApi(stack, id, { access: ApiAccess.anonymous(), routes: { 'GET /things': ApiRoute.to(fn) }, ...props });
}

const bodyOf = (stack: Stack) => propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].Body;
const deploymentOf = (stack: Stack) => Object.keys(resourcesOf(stack)).find((id) => id.includes('Deployment') && !id.includes('Stage'));
const domain = (stack: Stack, options = {}) => ApiDomain.of('api.example.com', acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111122223333:certificate/x'), options);

describe('the template', () => {
  test('is three resources for the API itself, a permission and an alarm', () => {
    const stack = newStack();
    aFunction(stack);
    const before = resourcesOf(stack);
    const after = new Stack(new App(), 'Test');
    anApi(after);
    const counts = countByType(resourcesOf(after));
    for (const [type, count] of Object.entries(countByType(before))) {
      counts[type] -= count;
      if (counts[type] === 0) delete counts[type];
    }
    expect(counts).toEqual({
      'AWS::ApiGateway::RestApi': 1,
      'AWS::ApiGateway::Deployment': 1,
      'AWS::ApiGateway::Stage': 1,
      'AWS::Lambda::Permission': 1,
      'AWS::CloudWatch::Alarm': 1,
    });
  });

  test('is the same for any order of routes, given at once or one by one', () => {
    const template = (build: (stack: Stack, routes: [string, ApiRoute][]) => void) => {
      const stack = newStack();
      const [one, two] = [aFunction(stack, 'One'), aFunction(stack, 'Two')];
      build(stack, [
        ['POST /b', ApiRoute.to(one, { access: ApiAccess.jwt('https://a.example', { audience: ['x'] }), body: { type: 'object' } })],
        ['GET /b', ApiRoute.to(two, { access: ApiAccess.jwt('https://b.example', { audience: ['x'] }) })],
        ['GET /a/{id}', ApiRoute.to(two, { access: ApiAccess.apiKey(), throttle: { rateLimit: 5 } })],
        ['GET /a', ApiRoute.to(one, { throttle: { rateLimit: 7 } })],
      ]);
      return JSON.stringify(Template.fromStack(stack).toJSON());
    };
    const atOnce = template((stack, routes) => anApi(stack, { access: ApiAccess.iam(), routes: Object.fromEntries(routes) }));
    const reversed = template((stack, routes) => anApi(stack, { access: ApiAccess.iam(), routes: Object.fromEntries([...routes].reverse()) }));
    expect(reversed).toBe(atOnce);
    const oneByOne = template((stack, routes) => {
      const api = anApi(stack, { access: ApiAccess.iam(), routes: {} });
      for (const [key, route] of routes) api.addRoute(key, route);
    });
    expect(JSON.parse(oneByOne)).toEqual(JSON.parse(atOnce)); // resources stand in another order, and are the same
  });

  test('is the same for any order of a schema\'s keys', () => {
    const template = (body: object) => {
      const stack = newStack();
      anApi(stack, { routes: { 'POST /a': ApiRoute.to(aFunction(stack), { body }) } });
      return JSON.stringify(Template.fromStack(stack).toJSON());
    };
    expect(template({ properties: { b: { maxLength: 1, type: 'string' }, a: {} }, type: 'object', required: ['b', 'a'] }))
      .toBe(template({ type: 'object', required: ['b', 'a'], properties: { a: {}, b: { type: 'string', maxLength: 1 } } }));
  });

  test('fault 6: 200 routes of one function need one permission', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    anApi(stack, { routes: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`GET /things${i}`, ApiRoute.to(fn)])), cors: ApiCors.anyOrigin() });
    expect(propertiesOf(stack, 'AWS::Lambda::Permission')).toEqual([expect.objectContaining({
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/^\/prod\/\*\/\*$/)])] },
    })]);
    expect(Object.keys(resourcesOf(stack)).length).toBe(7);
    expect(JSON.stringify(Template.fromStack(stack).toJSON()).length).toBeLessThan(250_000);
  });

  test('fault 7: a changed, new or removed route makes a new deployment, an unchanged one does not', () => {
    const deployment = (routes: (fn: lambda.Function) => Record<string, ApiRoute>) => {
      const stack = newStack();
      anApi(stack, { routes: routes(aFunction(stack)) });
      return deploymentOf(stack);
    };
    const first = deployment((fn) => ({ 'GET /a': ApiRoute.to(fn) }));
    expect(deployment((fn) => ({ 'GET /a': ApiRoute.to(fn) }))).toBe(first);
    const others = [
      deployment((fn) => ({ 'GET /a': ApiRoute.to(fn), 'GET /b': ApiRoute.to(fn) })),
      deployment((fn) => ({ 'GET /a': ApiRoute.to(fn, { requiredQuery: ['q'] }) })),
      deployment((fn) => ({ 'GET /a': ApiRoute.to(fn, { access: ApiAccess.iam() }) })),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  test('fault 11: API Gateway\'s account settings are left alone', () => {
    const stack = newStack();
    anApi(stack, { accessLog: ApiAccessLog.toLogGroup() });
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  test('the names of two APIs differ, and so do their metrics', () => {
    const stack = newStack();
    anApi(stack, {}, 'One');
    anApi(stack, {}, 'Two');
    const names = propertiesOf(stack, 'AWS::ApiGateway::RestApi').map(({ Name }) => Name);
    expect(new Set(names).size).toBe(2);
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm').map(({ Dimensions }) => Dimensions)).toEqual(names.map((Value) => [{ Name: 'ApiName', Value }]));
  });

  test('no route goes live before its function can be called', () => {
    const stack = newStack();
    anApi(stack);
    const resources = resourcesOf(stack);
    const [permission] = Object.entries(resources).find(([, { Type }]) => Type === 'AWS::Lambda::Permission')!;
    expect(resources[deploymentOf(stack)!].DependsOn).toContain(permission);
  });
});

describe('throttling', () => {
  test('fault 9: every route is throttled, by the stage', () => {
    const stack = newStack();
    anApi(stack);
    expect(propertiesOf(stack, 'AWS::ApiGateway::Stage')[0].MethodSettings).toEqual([
      { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    ]);
  });

  test('a route has its own, and inherits what it does not say', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    anApi(stack, {
      throttle: { rateLimit: 50 },
      routes: { 'GET /a/{id}/b': ApiRoute.to(fn, { throttle: { burstLimit: 3 } }), 'GET /': ApiRoute.to(fn, { throttle: { rateLimit: 1, burstLimit: 1 } }) },
    });
    expect(propertiesOf(stack, 'AWS::ApiGateway::Stage')[0].MethodSettings).toEqual([
      { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 2000 },
      { ResourcePath: '/', HttpMethod: 'GET', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
      { ResourcePath: '/~1a~1{id}~1b', HttpMethod: 'GET', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 3 },
    ]);
  });

  test('holds for every route, also when its numbers are left undefined', () => {
    const stack = newStack();
    anApi(stack, { throttle: { rateLimit: undefined, burstLimit: undefined } });
    expect(propertiesOf(stack, 'AWS::ApiGateway::Stage')[0].MethodSettings[0]).toMatchObject({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 });
  });

  test('may be a token', () => {
    const stack = newStack();
    const rate = new CfnParameter(stack, 'Rate', { type: 'Number' });
    anApi(stack, { throttle: { rateLimit: rate.valueAsNumber } });
    expect(propertiesOf(stack, 'AWS::ApiGateway::Stage')[0].MethodSettings[0].ThrottlingRateLimit).toEqual({ Ref: 'Rate' });
  });

  test('an API key has a usage plan with quota and throttle', () => {
    const stack = newStack();
    const access = ApiAccess.apiKey({ quota: { limit: 1000, period: apigateway.Period.DAY }, throttle: { rateLimit: 5, burstLimit: 10 } });
    const api = anApi(stack, { access });
    expect(propertiesOf(stack, 'AWS::ApiGateway::UsagePlan')).toEqual([expect.objectContaining({
      Quota: { Limit: 1000, Period: 'DAY' },
      Throttle: { RateLimit: 5, BurstLimit: 10 },
    })]);
    expect(api.apiKey).toBeInstanceOf(apigateway.ApiKey);
    expect(api.usagePlan).toBeDefined();
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::UsagePlanKey', 1);
  });

  test('an API key may be the user\'s own', () => {
    const stack = newStack();
    const api = anApi(stack, { access: ApiAccess.apiKey({ key: apigateway.ApiKey.fromApiKeyId(stack, 'Key', 'k1') }) });
    expect(api.apiKey!.keyId).toBe('k1');
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::ApiKey', 0);
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::UsagePlanKey', { KeyId: 'k1' });
  });
});

describe('timeouts', () => {
  const slow = { timeout: Duration.seconds(30) };

  test('fault 2: a function that works longer than API Gateway waits is an error, also through an alias', () => {
    const stack = newStack();
    const fn = aFunction(stack, 'Slow', slow);
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
    for (const handler of [fn, fn.currentVersion, alias]) {
      expect(() => ApiRoute.to(handler)).toThrow(/^'handler' must have a timeout of at most 29 s, .*, got '30 s of Test\//);
      expect(() => ApiRoute.to(handler, { integrationTimeout: Duration.seconds(20) })).toThrow(/at most 20 s/);
    }
    expect(() => ApiRoute.to(importedFunction(stack))).not.toThrow(); // its timeout cannot be known
  });

  test('a raised quota is said, and reaches the integration', () => {
    const stack = newStack();
    anApi(stack, { routes: { 'GET /a': ApiRoute.to(aFunction(stack, 'Slow', slow), { integrationTimeout: Duration.seconds(60) }) } });
    expect(bodyOf(stack).paths['/a'].get['x-amazon-apigateway-integration'].timeoutInMillis).toBe(60_000);
  });

  test('a timeout that is a token is left to the deployment', () => {
    const stack = newStack();
    const seconds = new CfnParameter(stack, 'Seconds', { type: 'Number' });
    expect(() => ApiRoute.to(aFunction(stack, 'Fn', { timeout: Duration.seconds(seconds.valueAsNumber) }))).not.toThrow();
  });
});

describe('grantInvoke', () => {
  const resourcesGranted = (stack: Stack) => propertiesOf(stack, 'AWS::IAM::Policy')
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Resource }: any) => [Resource].flat()))
    .map((arn: any) => arn['Fn::Join'][1].slice(-1)[0]).sort();
  const withIam = (stack: Stack) => {
    const fn = aFunction(stack);
    return anApi(stack, {
      access: ApiAccess.iam(),
      routes: { 'POST /a': ApiRoute.to(fn), 'GET /b/{id}': ApiRoute.to(fn), 'GET /open': ApiRoute.to(fn, { access: ApiAccess.anonymous() }) },
    });
  };

  test('allows all routes with IAM access and no other, also those that come later', () => {
    const stack = newStack();
    const api = withIam(stack);
    api.grantInvoke(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })).assertSuccess();
    api.addRoute('ANY /later/{rest+}', ApiRoute.to(aFunction(stack, 'Later')));
    expect(resourcesGranted(stack)).toEqual(['/prod/*/later/*', '/prod/GET/b/*', '/prod/POST/a']);
  });

  test('allows the named routes', () => {
    const stack = newStack();
    withIam(stack).grantInvoke(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }), 'GET /b/{id}');
    expect(resourcesGranted(stack)).toEqual(['/prod/GET/b/*']);
  });

  test('allows one role twice and on two APIs, also where the CDK merges statements', () => {
    const stack = new Stack(new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': true } }), 'Test');
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    const api = withIam(stack);
    api.grantInvoke(role);
    api.grantInvoke(role, 'POST /a');
    anApi(stack, { access: ApiAccess.iam() }, 'Other').grantInvoke(role);
    expect(resourcesGranted(stack)).toEqual(['/prod/GET/b/*', '/prod/GET/things', '/prod/POST/a']);
  });

  test('refuses what it cannot allow', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => withIam(stack).grantInvoke(role, 'GET /c')).toThrow('\'routes\' must be routes of this API, got \'GET /c\'');
    const other = newStack();
    expect(() => withIam(other).grantInvoke(role, 'GET /open')).toThrow('\'routes\' must be routes with ApiAccess.iam(), got \'GET /open\'');
    const none = newStack();
    anApi(none).grantInvoke(new iam.Role(none, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(() => Template.fromStack(none)).toThrow(/'grantInvoke' needs a route with ApiAccess.iam\(\), got 'none'/);
  });
});

describe('functions', () => {
  test('an alias is what is called, and what gets the permission', () => {
    const stack = newStack();
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: aFunction(stack).currentVersion });
    anApi(stack, { routes: { 'GET /a': ApiRoute.to(alias) } });
    const [id] = Object.entries(resourcesOf(stack)).find(([, { Type }]) => Type === 'AWS::Lambda::Alias')!;
    expect(propertiesOf(stack, 'AWS::Lambda::Permission')[0].FunctionName).toEqual({ Ref: id });
    expect(JSON.stringify(bodyOf(stack).paths['/a'].get['x-amazon-apigateway-integration'].uri)).toContain(`{"Ref":"${id}"}`);
  });

  test('an imported function that no permission can be given to is an error; one that has it is taken', () => {
    const functionArn = 'arn:aws:lambda:us-east-1:999999999999:function:x';
    const stack = newStack();
    const foreign = lambda.Function.fromFunctionArn(stack, 'Foreign', functionArn);
    foreign.addPermission('Elsewhere', { principal: new iam.ServicePrincipal('events.amazonaws.com') }); // has the CDK's warning already
    expect(() => anApi(stack, { routes: { 'GET /a': ApiRoute.to(foreign) } }, 'One'))
      .toThrow(/^'handler' must be a function that a permission can be given to .*sameEnvironment: true.*, got 'Test\/Foreign'$/);
    const permitted = lambda.Function.fromFunctionAttributes(stack, 'Permitted', { functionArn, skipPermissions: true });
    expect(() => anApi(stack, { routes: { 'GET /a': ApiRoute.to(permitted) } }, 'Two')).not.toThrow();
  });
});

describe('alarms', () => {
  test('tell of server errors unless they are off, and of latency on request', () => {
    const stack = newStack();
    const api = anApi(stack, { alarms: { latencyP99: AlarmSetting.threshold(800, { period: Duration.minutes(1), evaluationPeriods: 3 }) } });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: '5XXError',
      Namespace: 'AWS/ApiGateway',
      Statistic: 'Average',
      Threshold: 0.01,
      Period: 300,
      TreatMissingData: 'notBreaching',
      AlarmDescription: Match.stringLikeRegexp('^The API Test-Api-.*5xx.*function-api/README.md#operate$'),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Latency', ExtendedStatistic: 'p99', Threshold: 800, Period: 60, EvaluationPeriods: 3,
    });
    expect(api.latencyAlarm).toBeDefined();
    const quiet = newStack();
    expect(anApi(quiet, { alarms: { serverErrorRate: AlarmSetting.off('a toy') } }).serverErrorAlarm).toBeUndefined();
    Template.fromStack(quiet).resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });

  test('metrics are handed out', () => {
    const api = anApi(newStack());
    expect(api.metricServerErrors().metricName).toBe('5XXError');
    expect(api.metricLatency().statistic).toBe('p99');
    expect(api.metricLatency({ statistic: 'avg' }).statistic).toBe('Average');
  });
});

describe('access log', () => {
  test('goes as JSON to a log group that is removed with the stack', () => {
    const stack = newStack();
    const api = anApi(stack, { accessLog: ApiAccessLog.toLogGroup(logs.RetentionDays.ONE_WEEK) });
    expect(api.accessLogGroup).toBeDefined();
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7 } });
    const format = propertiesOf(stack, 'AWS::ApiGateway::Stage')[0].AccessLogSetting.Format;
    expect(JSON.parse(format)).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
  });

  test('makes the account\'s role when asked, before the stage, and keeps it', () => {
    const stack = newStack();
    anApi(stack, { accessLog: ApiAccessLog.withAccountRole() });
    const resources = resourcesOf(stack);
    const [account, { DeletionPolicy }] = Object.entries(resources).find(([, { Type }]) => Type === 'AWS::ApiGateway::Account')!;
    expect(DeletionPolicy).toBe('Retain');
    expect(Object.values(resources).find(({ Type }) => Type === 'AWS::ApiGateway::Stage')!.DependsOn).toContain(account);
  });

  test('may be left out with a reason', () => {
    const stack = newStack();
    const api = anApi(stack, { accessLog: ApiAccessLog.none('the load balancer has it') });
    expect(api.accessLogGroup).toBeUndefined();
    expect(api.node.metadata).toContainEqual(expect.objectContaining({ data: 'the load balancer has it' }));
  });
});

describe('domain', () => {
  test('has certificate, mapping and record', () => {
    const stack = newStack();
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' });
    const api = anApi(stack, { domain: domain(stack, { hostedZone, basePath: 'orders' }) });
    expect(api.url).toBe('https://api.example.com/orders/');
    expect(api.domainName!.domainName).toBeDefined();
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: 'api.example.com', SecurityPolicy: 'TLS_1_2', RegionalCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/x',
    });
    template.hasResourceProperties('AWS::ApiGateway::BasePathMapping', { BasePath: 'orders' });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'api.example.com.', Type: 'A', HostedZoneId: 'Z1' });
  });

  test('may be shared by two APIs', () => {
    const stack = newStack();
    const first = anApi(stack, { domain: domain(stack, { basePath: 'first' }) }, 'First');
    const second = anApi(stack, { domain: ApiDomain.existing(first.domainName!, 'second') }, 'Second');
    expect(stack.resolve(second.url)).toEqual({ 'Fn::Join': ['', ['https://', { Ref: expect.stringMatching(/^FirstDomain/) }, '/second/']] });
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::DomainName', 1);
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::BasePathMapping', 2);
  });

  test('mutual TLS shuts the way past it', () => {
    const stack = newStack();
    anApi(stack, { domain: domain(stack, { trustStore: s3.Bucket.fromBucketName(stack, 'Bucket', 'trust') }) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGateway::DomainName', { MutualTlsAuthentication: { TruststoreUri: 's3://trust/truststore.pem' } });
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  });

  test('warns of paths that API Gateway keeps for itself', () => {
    const stack = newStack();
    anApi(stack, { domain: domain(stack), routes: { 'GET /ping': ApiRoute.to(aFunction(stack)) } });
    expect(warningsOf(stack).join()).toContain('reservedPath');
  });
});

describe('the way in', () => {
  const policyFor = (vpce: string) => new iam.PolicyDocument({
    statements: [new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: ['execute-api:Invoke'],
      resources: ['execute-api:/*'],
      conditions: { StringEquals: { 'aws:SourceVpce': vpce } },
    })],
  });

  test('is regional unless it is said', () => {
    const stack = newStack();
    anApi(stack);
    expect(propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0].EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  });

  test('a private API has its policy, and another policy makes another deployment', () => {
    const deployments = ['vpce-1', 'vpce-2'].map((vpce) => {
      const stack = newStack();
      anApi(stack, { endpointType: apigateway.EndpointType.PRIVATE, policy: policyFor(vpce) });
      expect(propertiesOf(stack, 'AWS::ApiGateway::RestApi')[0]).toMatchObject({
        EndpointConfiguration: { Types: ['PRIVATE'] },
        Policy: { Statement: [{ Condition: { StringEquals: { 'aws:SourceVpce': vpce } } }] },
      });
      return deploymentOf(stack);
    });
    expect(deployments[0]).not.toBe(deployments[1]);
  });
});

describe('cache', () => {
  const cache = { size: ApiCacheSize.GB_0_5 };

  test('holds answers of the routes that say so, encrypted, and of no other', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    anApi(stack, { cache, routes: { 'GET /a': ApiRoute.to(fn, { cacheTtl: Duration.minutes(1) }), 'GET /b': ApiRoute.to(fn) } });
    const stage = propertiesOf(stack, 'AWS::ApiGateway::Stage')[0];
    expect(stage).toMatchObject({ CacheClusterEnabled: true, CacheClusterSize: '0.5' });
    expect(stage.MethodSettings).toEqual([
      expect.objectContaining({ ResourcePath: '/*', CachingEnabled: false }),
      expect.objectContaining({ ResourcePath: '/~1a', CachingEnabled: true, CacheTtlInSeconds: 60, CacheDataEncrypted: true }),
    ]);
  });

  test('tells callers, paths and queries apart', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    anApi(stack, {
      cache,
      routes: {
        'GET /a/{id}': ApiRoute.to(fn, {
          access: ApiAccess.jwt('https://login.example.com', { audience: ['x'] }),
          cacheTtl: Duration.minutes(1),
          requiredQuery: ['from'],
          cacheKeyQuery: ['page', 'from'],
          requiredHeaders: ['Accept-Language'],
        }),
      },
    });
    expect(bodyOf(stack).paths['/a/{id}'].get['x-amazon-apigateway-integration'].cacheKeyParameters).toEqual([
      'method.request.path.id', 'method.request.querystring.from', 'method.request.querystring.page',
      'method.request.header.Accept-Language', 'method.request.header.Authorization',
    ]);
  });

  test('everything in a key is a declared parameter, or API Gateway refuses or ignores it', () => {
    for (const access of [ApiAccess.jwt('https://login.example.com', { audience: ['x'] }), ApiAccess.apiKey(), ApiAccess.anonymous()]) {
      const stack = newStack();
      const fn = aFunction(stack);
      anApi(stack, {
        cache,
        access,
        cors: ApiCors.origins(['https://a.example', 'https://b.example']),
        routes: { 'GET /a/{id}': ApiRoute.to(fn, { cacheTtl: Duration.minutes(1), requiredQuery: ['q'], cacheKeyQuery: ['p'], requiredHeaders: ['X-A'] }) },
      });
      const { parameters, 'x-amazon-apigateway-integration': integration } = bodyOf(stack).paths['/a/{id}'].get;
      const places: Record<string, string> = { query: 'querystring', header: 'header', path: 'path' };
      const declared = parameters.map((parameter: any) => `method.request.${places[parameter.in]}.${parameter.name}`);
      expect(declared).toEqual(expect.arrayContaining(integration.cacheKeyParameters));
      expect(integration.cacheKeyParameters).toContain('method.request.header.Origin'); // an answer names the page's origin
    }
  });
});

describe('bad input', () => {
  const make = (props: (fn: lambda.Function, stack: Stack) => Partial<FunctionApiProps>) => () => {
    const stack = newStack();
    anApi(stack, props(aFunction(stack), stack));
    Template.fromStack(stack);
  };
  const routes = (...keys: string[]) => make((fn) => ({ routes: Object.fromEntries(keys.map((key) => [key, ApiRoute.to(fn)])) }));
  const cacheTtl = Duration.minutes(1);
  const cache = { size: ApiCacheSize.GB_0_5 };

  test.each<[string, () => unknown, string | RegExp]>([
    ['a key without method', routes('/orders'), '\'routes\' must have keys of the form \'METHOD /path\', got \'/orders\''],
    ['a key with two spaces', routes('GET  /orders'), /'METHOD \/path'/],
    ['an unknown method', routes('FETCH /orders'), '\'routes\' must have one of the methods ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, got \'FETCH /orders\''],
    ['a method in small letters', routes('get /orders'), /one of the methods .*, got 'get \/orders'/],
    ['a segment that API Gateway refuses', routes('GET /orders/a|b'), /path segments of letters, digits/],
    ['a slash at the end', routes('GET /orders/'), /path segments of letters, digits/],
    ['half a parameter', routes('GET /orders/x{id}'), /path segments of letters, digits/],
    ['a greedy parameter in the middle', routes('GET /{all+}/x'), /\{name\+\} only at the end/],
    ['a parameter twice', routes('GET /{id}/{id}'), /each path parameter once/],
    ['two names at one place', routes('GET /orders/{id}', 'POST /orders/{orderId}/items'), '\'routes\' must name the path parameter at one place alike (/orders/{id}), got \'/orders/{orderId}/items\''],
    ['no route', routes(), /'routes' must have at least one route, got 'none'/],
    ['OPTIONS beside cors', make((fn) => ({ cors: ApiCors.anyOrigin(), routes: { 'OPTIONS /a': ApiRoute.to(fn) } })), /cannot have OPTIONS where cors answers it/],
    ['a cache on POST', make((fn) => ({ cache, routes: { 'POST /a': ApiRoute.to(fn, { cacheTtl }) } })), '\'cacheTtl\' must be set on a GET route, got \'POST /a\''],
    ['cacheTtl without cache', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { cacheTtl }) } })), '\'cacheTtl\' needs the API\'s cache, got \'GET /a\''],
    ['a cache behind signatures', make((fn) => ({ cache, access: ApiAccess.iam(), routes: { 'GET /a': ApiRoute.to(fn, { cacheTtl }) } })), /'cacheTtl' needs an access that names the headers/],
    ['cacheTtl of two hours', make((fn) => ({ cache, routes: { 'GET /a': ApiRoute.to(fn, { cacheTtl: Duration.hours(2) }) } })), '\'cacheTtl\' must be between one second and one hour, got \'7200 s\''],
    ['cacheKeyQuery without cacheTtl', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { cacheKeyQuery: ['q'] }) } })), /'cacheKeyQuery' needs a cacheTtl/],
    ['a throttle on ANY', make((fn) => ({ routes: { 'ANY /a': ApiRoute.to(fn, { throttle: { rateLimit: 1 } }) } })), /'throttle' must be set on a route of one method, got 'ANY \/a'/],
    ['a negative throttle', make(() => ({ throttle: { rateLimit: -1 } })), '\'throttle\' must have a rateLimit of at least 0, got -1'],
    ['a timeout under 50 ms', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { integrationTimeout: Duration.millis(10) }) } })), /'integrationTimeout' must be at least 50 milliseconds/],
    ['a long timeout at the edge', make((fn) => ({ endpointType: apigateway.EndpointType.EDGE, routes: { 'GET /a': ApiRoute.to(fn, { integrationTimeout: Duration.seconds(40) }) } })), /above 29 s for regional and private APIs only/],
    ['a private API for anyone', make(() => ({ endpointType: apigateway.EndpointType.PRIVATE })), /'policy' must say who may reach a private API/],
    ['a domain of a private API', make((_, stack) => ({ endpointType: apigateway.EndpointType.PRIVATE, policy: new iam.PolicyDocument(), domain: domain(stack) })), /'domain' cannot be given to a private API/],
    ['two usage plans', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { access: ApiAccess.apiKey() }), 'GET /b': ApiRoute.to(fn, { access: ApiAccess.apiKey({ quota: { limit: 1, period: apigateway.Period.DAY } }) }) } })), /'access' must have the same ApiAccess.apiKey options/],
    ['a base path with slashes', () => domain(newStack(), { basePath: '/orders/' }), /'basePath' must be one path segment without slashes, got '\/orders\/'/],
    ['a trust store key alone', () => domain(newStack(), { trustStoreKey: 'x.pem' }), /'trustStoreKey' needs a trustStore/],
    ['a base path of two segments', () => domain(newStack(), { basePath: 'a/b' }), /one path segment/],
    ['an address as domain', make((_, stack) => ({ domain: ApiDomain.of('https://a.example', acm.Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:us-east-1:111122223333:certificate/x')) })), /'domainName' must be a fully qualified name/],
    ['a zone of another name', () => domain(newStack(), { hostedZone: route53.HostedZone.fromHostedZoneAttributes(newStack(), 'Z', { hostedZoneId: 'Z', zoneName: 'other.org' }) }), '\'hostedZone\' must be a zone that api.example.com is in, got \'other.org\''],
    ['mutual TLS at the edge', make((_, stack) => ({ endpointType: apigateway.EndpointType.EDGE, domain: domain(stack, { trustStore: s3.Bucket.fromBucketName(stack, 'B', 'trust') }) })), /'trustStore' needs a regional API/],
    ['a share of five', make(() => ({ alarms: { serverErrorRate: AlarmSetting.threshold(5) } })), '\'serverErrorRate\' must have a threshold above 0 and at most 1, got 5'],
    ['more data points than periods', () => AlarmSetting.threshold(1, { datapointsToAlarm: 3 }), /'datapointsToAlarm' must be a whole number between 1 and evaluationPeriods, got 3/],
    ['a quota for ever', () => ApiAccess.apiKey({ quota: { limit: 1 } }), /'quota' needs a period/],
    ['a cached body', make((fn) => ({ cache, routes: { 'GET /a': ApiRoute.to(fn, { cacheTtl, body: { type: 'object' } }) } })), /'cacheTtl' cannot be set on a route with a body/],
    ['a header with a space', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { requiredHeaders: ['X A'] }) } })), '\'requiredHeaders\' must be names of headers, each once, got \'X A\''],
    ['a header twice', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { requiredHeaders: ['X-A', 'x-a'] }) } })), /each once, got 'x-a'/],
    ['a query parameter twice', make((fn) => ({ routes: { 'GET /a': ApiRoute.to(fn, { requiredQuery: ['q', 'q'] }) } })), /'requiredQuery' must be names of query parameters, each once, got 'q'/],
    ['a path that goes up', routes('GET /..'), /path segments of letters, digits/],
    ['no reason', () => AlarmSetting.off(' '), /'reason' must say why/],
    ['no reason for no log', () => ApiAccessLog.none(''), /'reason' must say why/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  test.each<[string, any]>([
    ['a method that was not called', ApiAccess.iam],
    ['an object', {}],
    ['a text', 'iam'],
    ['false', false],
  ])('access that is none, where no compiler looks: %s', (_, access) => {
    expect(make(() => ({ access }))).toThrow(/'access' must be made by a method of ApiAccess/);
    expect(make((fn) => ({ access: ApiAccess.iam(), routes: { 'GET /a': ApiRoute.to(fn, { access }) } }))).toThrow(/'access' must be made by a method of ApiAccess/);
  });

  test('a function in place of a route, and nothing in place of a function', () => {
    expect(make((fn) => ({ routes: { 'GET /a': fn as any } }))).toThrow(/'routes' must lead to an ApiRoute \('GET \/a'\)/);
    expect(() => ApiRoute.to(undefined as any)).toThrow(/'handler' must be a function/);
  });

  test('a function of another region or account', () => {
    const app = new App();
    const stack = new Stack(app, 'Here', { env: { region: 'eu-west-1', account: '111122223333' } });
    for (const [id, env, place] of [['R', { region: 'us-west-2', account: '111122223333' }, 'region'], ['A', { region: 'eu-west-1', account: '999999999999' }, 'account']] as const) {
      const there = aFunction(new Stack(app, `There${id}`, { env }), 'Fn', { functionName: 'known' });
      expect(() => anApi(stack, { routes: { 'GET /a': ApiRoute.to(there) } }, id)).toThrow(`'handler' must be in the ${place} of the pattern`);
    }
  });

  test('the same route twice', () => {
    const stack = newStack();
    const api = anApi(stack);
    expect(() => api.addRoute('GET /things', ApiRoute.to(aFunction(stack, 'Other')))).toThrow('\'routes\' must have each route once, got \'GET /things\'');
  });
});
