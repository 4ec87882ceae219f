/** What holds for every pattern: a new one is taken in by its folder. */
import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { allExamples, root } from './support/examples';
import { aFunction, importedFunction, newStack, Resources } from './support/stacks';

/** What holds data, or is known by its address: its logical id is for ever. */
const STATEFUL = [
  'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::ApiKey', 'AWS::ApiGateway::DomainName', 'AWS::Cognito::UserPool', 'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable', 'AWS::Events::Archive', 'AWS::Events::EventBus', 'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::StepFunctions::StateMachine',
];

const twoFunctions = (stack: Stack): [lambda.Function, lambda.Function] => [aFunction(stack, 'First'), aFunction(stack, 'Second')];

describe.each(allExamples())('%s', (pattern, { make, stateful, findings }) => {
  test('has a README, an integration test and a place in the public list', () => {
    expect(existsSync(join(root, 'src/patterns', pattern, 'README.md'))).toBe(true);
    expect(readdirSync(join(root, 'integ')).filter((file) => file.startsWith(`integ.${pattern}.`) && file.endsWith('.ts'))).not.toEqual([]);
    const stack = newStack();
    const made = make(stack, 'Pattern', { functions: twoFunctions(stack) });
    expect(Object.keys(require('../src'))).toContain(made.constructor.name);
  });

  test('works twice in one stack, with the same functions', () => {
    const stack = newStack();
    const functions = twoFunctions(stack);
    make(stack, 'One', { functions });
    make(stack, 'Two', { functions });
    Template.fromStack(stack); // throws at a cycle
  });

  test('works with one function as itself, as alias and as imported', () => {
    const stack = newStack();
    const [fn] = twoFunctions(stack);
    make(stack, 'Alias', { functions: [fn, new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion })] });
    make(stack, 'Foreign', { functions: [fn, importedFunction(stack)] });
    make(stack, 'Same', { functions: [fn, fn] });
    Template.fromStack(stack);
  });

  test('works with functions of another stack, in one direction, exporting nothing but ARNs and names of roles', () => {
    const app = new App();
    const home = new Stack(app, 'Functions');
    const functions = twoFunctions(home);
    const stack = new Stack(app, 'Pattern');
    make(stack, 'Pattern', { functions });
    Template.fromStack(stack);
    const exported = (from: Stack) => Object.keys(Template.fromStack(from).toJSON().Outputs ?? {}).filter((name) => !/^ExportsOutput(FnGetAtt\w+Arn|Ref\w+Role[0-9A-F]{8})[0-9A-F]{8}$/.test(name));
    expect([...exported(home), ...exported(stack)]).toEqual([]);
    expect([...stack.dependencies, ...home.dependencies]).toHaveLength(1);
  });

  test('works in a stage, and in a stack whose region is known', () => {
    const stack = new Stack(new Stage(new App(), 'Prod', { env: { account: '111122223333', region: 'eu-central-1' } }), 'Stack');
    make(stack, 'Pattern', { functions: twoFunctions(stack) });
    Template.fromStack(stack);
  });

  test('makes no output, no export and no physical name in the stack of its user', () => {
    const stack = newStack();
    make(stack, 'Pattern', { functions: twoFunctions(stack) });
    const template = Template.fromStack(stack).toJSON();
    expect(template.Outputs).toBeUndefined();
    const delivered = ({ LogGroupName = '' }: any = {}) => `${LogGroupName}`.startsWith('/aws/vendedlogs/'); // by ADR 13
    const named = Object.values<any>(template.Resources).filter(({ Properties }) => !delivered(Properties) && Object.keys(Properties ?? {})
      .some((name) => /^(QueueName|TopicName|TableName|BucketName|FunctionName|RoleName|AlarmName|LogGroupName|StateMachineName|RuleName)$/.test(name)));
    expect(named.filter(({ Type }) => !['AWS::Lambda::Permission', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Version', 'AWS::Lambda::Alias'].includes(Type))).toEqual([]);
  });

  test('keeps the identity of what must never be replaced', () => {
    const stack = newStack();
    make(stack, 'Pattern', { functions: twoFunctions(stack) });
    const resources: Resources = Template.fromStack(stack).toJSON().Resources;
    const found = Object.entries(resources).filter(([, { Type }]) => STATEFUL.includes(Type)).map(([id, { Type }]) => [id, Type]);
    expect(Object.fromEntries(found)).toEqual(stateful);
  });

  test('has no finding of cdk-nag but the listed ones', () => {
    const stack = newStack();
    make(stack, 'Pattern', { functions: [importedFunction(stack, 'First'), importedFunction(stack, 'Second')] });
    const violations = [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((checks) => checks.validateScope(stack).violations);
    expect([...new Set(violations.map(({ ruleName }) => ruleName))].sort()).toEqual(Object.keys(findings).sort());
  });
});

test('all patterns work together, with the same functions, under one customer-managed key', () => {
  const stack = newStack();
  const functions = twoFunctions(stack);
  const encryptionKey = new kms.Key(stack, 'Key');
  for (const [pattern, { make }] of allExamples()) make(stack, `The-${pattern}`, { functions, encryptionKey });
  Template.fromStack(stack);
});
