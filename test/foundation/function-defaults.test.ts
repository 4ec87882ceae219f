import { App, Duration, InjectionContext, IPropertyInjector, PropertyInjectors, Stack, Stage } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { FunctionDefaults, FunctionDefaultsProps, ObjectPipeline, ObjectProcessor } from '../../src';
import { aFunction, newStack, propertiesOf, resourcesOf, warningsOf } from '../support/stacks';

const made = (props: FunctionDefaultsProps = {}, fn: Partial<lambda.FunctionProps> = {}) => {
  const stack = newStack();
  FunctionDefaults.of(stack).apply(props);
  aFunction(stack, 'Fn', fn);
  return stack;
};
const functionOf = (stack: Stack) => propertiesOf(stack, 'AWS::Lambda::Function')[0];
const isDefaulted = ({ TracingConfig, LoggingConfig }: any) => TracingConfig?.Mode === 'Active' && LoggingConfig?.LogFormat === 'JSON' && LoggingConfig.LogGroup !== undefined;

test('a function that says nothing is traced, and logs JSON into a group of its own', () => {
  const stack = made();
  expect(functionOf(stack)).toMatchObject({
    TracingConfig: { Mode: 'Active' }, LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/^FnDefaultLogs/) } },
  });
  expect(propertiesOf(stack, 'AWS::Logs::LogGroup')).toEqual([{ RetentionInDays: 30 }]);
  expect(propertiesOf(stack, 'AWS::Lambda::EventInvokeConfig')).toEqual([]);
});

test('fault 106: its log is kept as long as is said, and no longer', () => {
  expect(propertiesOf(made({ logRetention: logs.RetentionDays.ONE_WEEK }), 'AWS::Logs::LogGroup')).toEqual([{ RetentionInDays: 7 }]);
});

describe('what the function says itself wins', () => {
  test('of tracing', () => expect(functionOf(made({}, { tracing: lambda.Tracing.DISABLED }))).not.toHaveProperty('TracingConfig'));
  test('of the format', () => expect(functionOf(made({}, { loggingFormat: lambda.LoggingFormat.TEXT })).LoggingConfig).toMatchObject({ LogFormat: 'Text' }));
  test('of the retention', () => {
    const stack = made({}, { logRetention: logs.RetentionDays.ONE_DAY });
    expect(propertiesOf(stack, 'AWS::Logs::LogGroup')).toEqual([]);
    expect(propertiesOf(stack, 'Custom::LogRetention')).toHaveLength(1);
  });
  test('of the group', () => {
    const stack = newStack();
    FunctionDefaults.of(stack).apply();
    const logGroup = new logs.LogGroup(stack, 'Mine');
    aFunction(stack, 'Fn', { logGroup });
    expect(functionOf(stack).LoggingConfig.LogGroup).toEqual(stack.resolve(logGroup.logGroupName));
    expect(propertiesOf(stack, 'AWS::Logs::LogGroup')).toHaveLength(1);
  });
  test('of asynchronous calls, also when it says so later', () => {
    const stack = newStack();
    FunctionDefaults.of(stack).apply({ asyncRetryAttempts: 0, asyncMaxEventAge: Duration.minutes(5) });
    aFunction(stack, 'Silent');
    aFunction(stack, 'Late').configureAsyncInvoke({ retryAttempts: 1 });
    const configs = propertiesOf(stack, 'AWS::Lambda::EventInvokeConfig');
    const limits = configs.map(({ MaximumRetryAttempts: attempts, MaximumEventAgeInSeconds: age }) => [attempts, age]);
    expect(limits.sort()).toEqual([[0, 300], [1, undefined]]);
  });
});

test('functions of all kinds, of other constructs and of this library have them', () => {
  const stack = newStack();
  FunctionDefaults.of(stack).apply();
  class Other extends Construct {
    constructor(scope: Construct, id: string) {
      super(scope, id);
      aFunction(this, 'Inner');
    }
  }
  new Other(stack, 'Other');
  new NodejsFunction(stack, 'Nodejs', { code: lambda.Code.fromInline('x'), runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler' });
  new lambda.DockerImageFunction(stack, 'Image', { code: lambda.DockerImageCode.fromEcr(ecr.Repository.fromRepositoryName(stack, 'Images', 'images')) });
  new ObjectPipeline(stack, 'Photos', { prefix: 'photos/', processor: ObjectProcessor.function(aFunction(stack)) });
  const functions = propertiesOf(stack, 'AWS::Lambda::Function');
  expect(functions).toHaveLength(5);
  expect(functions.every(isDefaulted)).toBe(true);
});

test('the functions of the CDK and of Lambda@Edge stay as they are', () => {
  const resources = (defaults: boolean) => {
    const stack = new Stack(new App(), 'Test', { env: { region: 'us-east-1', account: '111122223333' } });
    if (defaults) FunctionDefaults.of(stack.node.root).apply({ asyncRetryAttempts: 0 });
    const bucket = new s3.Bucket(stack, 'Bucket', { eventBridgeEnabled: true });
    new s3deploy.BucketDeployment(stack, 'Site', { destinationBucket: bucket, sources: [s3deploy.Source.data('a', 'a')] });
    const onUpdate = { service: 'sts', action: 'getCallerIdentity', physicalResourceId: cr.PhysicalResourceId.of('x') };
    new cr.AwsCustomResource(stack, 'Call', { onUpdate, policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }) });
    new cr.Provider(stack, 'Provider', { onEventHandler: lambda.Function.fromFunctionName(stack, 'Imported', 'imported') });
    new cloudfront.experimental.EdgeFunction(stack, 'Edge', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
    return resourcesOf(stack);
  };
  expect(Object.values(resources(false)).filter(({ Type }) => Type === 'AWS::Lambda::Function')).toHaveLength(5);
  expect(resources(true)).toEqual(resources(false));
});

test('Lambda@Edge of another region stays as it is, too', () => {
  const app = new App();
  FunctionDefaults.of(app).apply();
  const stack = new Stack(app, 'Test', { env: { region: 'eu-central-1', account: '111122223333' } });
  new cloudfront.experimental.EdgeFunction(stack, 'Edge', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
  const edge = app.node.children.find(({ node: { id } }) => id.startsWith('edge-lambda-stack-')) as Stack;
  expect(functionOf(edge)).not.toHaveProperty('TracingConfig');
});

test('they reach into a stage', () => {
  const app = new App();
  FunctionDefaults.of(app).apply();
  const stack = new Stack(new Stage(app, 'Prod'), 'Test');
  aFunction(stack);
  expect(isDefaulted(functionOf(stack))).toBe(true);
});

describe('an injector of the organisation\'s own', () => {
  const injector = (memorySize: number): IPropertyInjector => ({
    constructUniqueId: lambda.Function.PROPERTY_INJECTION_ID,
    inject: (props: lambda.FunctionProps, _context: InjectionContext) => ({ memorySize, tracing: lambda.Tracing.PASS_THROUGH, ...props }),
  });

  test.each(['the app', 'the stack'])('that is there at %s goes first, and what it says counts', (where) => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    PropertyInjectors.of(where === 'the app' ? app : stack).add(injector(777));
    FunctionDefaults.of(stack).apply();
    aFunction(stack);
    expect(functionOf(stack)).toMatchObject({ MemorySize: 777, TracingConfig: { Mode: 'PassThrough' }, LoggingConfig: { LogFormat: 'JSON' } });
  });

  test('and defaults of a nearer scope go before those of a further', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    FunctionDefaults.of(app).apply({ tracing: lambda.Tracing.DISABLED, logRetention: logs.RetentionDays.ONE_DAY });
    FunctionDefaults.of(stack).apply({ tracing: lambda.Tracing.ACTIVE, logRetention: logs.RetentionDays.ONE_YEAR });
    aFunction(stack);
    expect(functionOf(stack)).toMatchObject({ TracingConfig: { Mode: 'Active' } });
    expect(propertiesOf(stack, 'AWS::Logs::LogGroup')).toEqual([{ RetentionInDays: 365 }]);
  });
});

test('functions that are there already are a warning', () => {
  const stack = newStack();
  aFunction(stack, 'Early');
  FunctionDefaults.of(stack).apply();
  expect(warningsOf(stack)).toEqual([expect.stringContaining('FunctionDefaults hold for functions that are made after them, and not for Test/Early')]);
});

test.each<[FunctionDefaultsProps, string]>([
  [{ asyncRetryAttempts: 3 }, "'asyncRetryAttempts' must be a whole number between 0 and 2, got 3"],
  [{ asyncMaxEventAge: Duration.hours(7) }, "'asyncMaxEventAge' must be a whole number between 60 and 21600 seconds, got 25200"],
])('bad input: %p', (props, message) => expect(() => made(props)).toThrow(message));
