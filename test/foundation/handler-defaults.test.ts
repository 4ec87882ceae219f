import { App, Stack, Stage } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { FunctionDefaults, HandlerDefaults, ObjectPipeline, ObjectProcessor, RowFormat } from '../../src';
import { allExamples } from '../support/examples';
import { aFunction, newStack, propertiesOf, resourcesOf, warningsOf } from '../support/stacks';

const pipeline = (stack: Stack) => {
  const table = dynamodb.Table.fromTableName(stack, 'Table', 'table');
  return new ObjectPipeline(stack, 'Files', { prefix: 'incoming/', processor: ObjectProcessor.rows({ format: RowFormat.csv(), table, keys: ['id'] }) });
};
const workerOf = (stack: Stack) => propertiesOf(stack, 'AWS::Lambda::Function').find(({ Description }) => Description);
const vpcOf = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });

test('without them, nothing of it', () => {
  const stack = newStack();
  pipeline(stack);
  expect(workerOf(stack)).not.toHaveProperty('VpcConfig');
  expect(JSON.stringify(resourcesOf(stack))).not.toMatch(/ec2:|PermissionsBoundary/);
});

test('a VPC, with what its interfaces need, a boundary and memory', () => {
  const stack = newStack();
  const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
  const permissionsBoundary = iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'workloads');
  HandlerDefaults.of(stack).apply({ vpc: vpcOf(stack), securityGroups: [securityGroup], permissionsBoundary, memorySize: 2048 });
  pipeline(stack);
  expect(workerOf(stack)).toMatchObject({ MemorySize: 2048, VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } });
  expect(propertiesOf(stack, 'AWS::IAM::Role')).toEqual([expect.objectContaining({ PermissionsBoundary: stack.resolve(permissionsBoundary.managedPolicyArn) })]);
  const statements = propertiesOf(stack, 'AWS::IAM::Policy')[0].PolicyDocument.Statement;
  expect(statements.find(({ Action }: any) => Action.includes('ec2:CreateNetworkInterface'))).toMatchObject({ Resource: '*', Effect: 'Allow' });
});

test('the nearer scope counts, prop by prop, also in a stage; functions of the user are not touched', () => {
  const app = new App();
  HandlerDefaults.of(app).apply({ memorySize: 300 });
  HandlerDefaults.of(app).apply({ permissionsBoundary: iam.ManagedPolicy.fromAwsManagedPolicyName('Limits') });
  const stack = new Stack(new Stage(app, 'Prod'), 'Test');
  HandlerDefaults.of(stack).apply({ memorySize: 400 });
  pipeline(stack);
  aFunction(stack);
  expect(workerOf(stack).MemorySize).toBe(400);
  expect(propertiesOf(stack, 'AWS::IAM::Role').map(({ PermissionsBoundary }) => PermissionsBoundary !== undefined).sort()).toEqual([false, true]);
  expect(propertiesOf(stack, 'AWS::Lambda::Function').find(({ Description }) => !Description)).not.toHaveProperty('MemorySize');
});

test.each(allExamples())('%s: every function that the library brings is in the VPC', (_pattern, { make }) => {
  const stack = newStack();
  HandlerDefaults.of(stack).apply({ vpc: vpcOf(stack) });
  make(stack, 'Pattern', { functions: [aFunction(stack, 'First'), aFunction(stack, 'Second')] });
  const ours = propertiesOf(stack, 'AWS::Lambda::Function').filter(({ Code }) => Code.S3Key !== undefined);
  expect(ours.filter(({ VpcConfig }) => VpcConfig === undefined)).toEqual([]);
});

test('handlers that are there already are a warning, and none of FunctionDefaults', () => {
  const stack = newStack();
  pipeline(stack);
  FunctionDefaults.of(stack).apply();
  HandlerDefaults.of(stack).apply({ memorySize: 512 });
  const warnings = warningsOf(stack).filter((text) => text.includes('BeforeDefaults'));
  expect(warnings).toEqual([expect.stringContaining('HandlerDefaults hold for patterns that are made after them, and not for Test/Files/Function')]);
});

test('bad input', () => {
  expect(() => HandlerDefaults.of(newStack()).apply({ memorySize: 64 })).toThrow("'memorySize' must be a whole number between 128 and 10240 MiB, got 64");
});
