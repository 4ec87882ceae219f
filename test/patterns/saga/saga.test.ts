import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmSetting, Saga, SagaProps, SagaStep, SagaTask } from '../../../src';
import { matchesPattern } from '../../../src/foundation/event-pattern/event-pattern';
import { deniedHandOvers, handOvers, permissionsOf, strangers } from '../../support/permissions';
import { resolvedResources } from '../../support/resolved-template';
import { aFunction, importedFunction, newStack, propertiesOf, warningsOf } from '../../support/stacks';

const fn = (stack: Stack, id: string) => stack.node.tryFindChild(id) as lambda.Function ?? aFunction(stack, id, { timeout: Duration.seconds(10) });
/** Three steps, the last without compensation. */
const make = (stack: Stack, props: Partial<SagaProps> = {}) => new Saga(stack, 'Saga', {
  steps: [
    SagaStep.invoke('Reserve', fn(stack, 'Reserve'), fn(stack, 'Release')),
    SagaStep.invoke('Charge', fn(stack, 'Charge'), fn(stack, 'Refund'), { finalErrors: ['CardDeclined'] }),
    SagaStep.withoutCompensation('Ship', SagaTask.invoke(fn(stack, 'Ship')), 'it is on its way'),
  ],
  ...props,
});
const machineOf = (stack: Stack) => propertiesOf(stack, 'AWS::StepFunctions::StateMachine')[0];
/** What is deployed, with references resolved. */
const deployed = (stack: Stack) => JSON.parse(resolvedResources([stack]).find(({ type }) => type === 'AWS::StepFunctions::StateMachine')!.properties.DefinitionString);
const alarmsOf = (stack: Stack) => propertiesOf(stack, 'AWS::CloudWatch::Alarm');
const withKey = (make_: (stack: Stack, key: kms.IKey) => void) => {
  const stack = newStack();
  make_(stack, new kms.Key(stack, 'Key'));
  return stack;
};

describe('the state machine', () => {
  test('fault 74: is a standard one, which runs each step once', () => {
    const stack = newStack();
    make(stack);
    expect(machineOf(stack).StateMachineType ?? 'STANDARD').toBe('STANDARD');
  });

  test('is what `definition` says, but for what is known at deployment only', () => {
    const stack = newStack();
    const { definition } = make(stack);
    const [plain, real] = [JSON.parse(definition), deployed(stack)];
    expect(definition).not.toMatch(/\$\{Token|Ref"|Fn::/);
    const named = (text: string) => text.replace(/"(FunctionName|QueueUrl|StringValue)":"[^"]*"/g, '"$1":""');
    expect(named(JSON.stringify(real))).toBe(named(JSON.stringify(plain)));
    expect(plain.States['Undo Charge'].Parameters.FunctionName).toBe('Undo Charge');
    expect(real.States['Undo Charge'].Parameters.FunctionName).toMatch(/^arn:aws:lambda:.*:function:Test-Refund/);
  });

  test('grows by three states and 3.7 kB a step', () => {
    const saga = (count: number) => {
      const stack = newStack();
      const [action, compensation] = [fn(stack, 'Action'), fn(stack, 'Compensation')];
      const { definition } = new Saga(stack, 'Saga', {
        steps: Array.from({ length: count }, (_, n) => SagaStep.invoke(`ProcessStepNumber${n}`, action, compensation, { finalErrors: ['CardDeclined'] })),
      });
      return { states: Object.keys(JSON.parse(definition).States).length, bytes: definition.length };
    };
    const [small, large] = [saga(1), saga(50)];
    expect([small.states, large.states]).toEqual([12, 159]);
    expect((large.bytes - small.bytes) / 49).toBeLessThan(3800);
    expect(large.bytes).toBeLessThan(190_000);
  });

  test('is traced and logs its failures without data, for a month, in a group of the kind that one policy of the account is for', () => {
    const stack = newStack();
    make(stack);
    expect(machineOf(stack)).toMatchObject({ TracingConfiguration: { Enabled: true }, LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false } });
    expect(propertiesOf(stack, 'AWS::Logs::LogGroup')).toEqual([{ LogGroupName: expect.stringMatching(/^\/aws\/vendedlogs\/states\/Test\//), RetentionInDays: 30 }]);
  });

  test('can be had without tracing, and with a longer log', () => {
    const stack = newStack();
    make(stack, { tracing: false, logRetention: logs.RetentionDays.ONE_YEAR });
    expect(machineOf(stack).TracingConfiguration).toEqual({ Enabled: false });
    expect(propertiesOf(stack, 'AWS::Logs::LogGroup')[0].RetentionInDays).toBe(365);
    expect(JSON.stringify(propertiesOf(stack, 'AWS::IAM::Policy'))).not.toContain('xray');
  });
});

describe('permissions', () => {
  test('are those that its tasks need: every pair of action and resource, and no other', () => {
    const stack = newStack();
    const saga = make(stack);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
    const machine = permissionsOf(stack).arnOf(saga.stateMachine);
    expect(handOvers(stack).filter(({ what }) => what.startsWith('statemachine')).length).toBe(8); // five functions, three times the queue
    const role = resolvedResources([stack]).find(({ properties }) => /states.amazonaws.com/.test(JSON.stringify(properties.AssumeRolePolicyDocument)))!;
    const allows = (action: string, resource: string, context?: Record<string, string>) =>
      permissionsOf(stack).allows({ role: role.id, action, resource, context });
    expect(allows('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'CdkServerlessPatterns' })).toBe(true);
    expect(allows('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'AWS/States' })).toBe(false);
    expect(allows('lambda:InvokeFunction', `${permissionsOf(stack).arnOf(fn(stack, 'Ship'))}:live`)).toBe(false);
    expect(allows('states:StartExecution', machine)).toBe(false);
  });

  test('fault 90: are those of state machines of this account and region', () => {
    const stack = newStack();
    const saga = make(stack);
    const permissions = permissionsOf(stack);
    const resource = permissions.resources.find(({ id }) => id.startsWith('SagaRole') && !id.includes('Policy'))!.arn;
    const assumedFor = (sourceArn: string) => permissions.allows({ service: 'states.amazonaws.com', action: 'sts:AssumeRole', resource, sourceArn });
    const arn = permissions.arnOf(saga.stateMachine);
    expect(assumedFor(arn)).toBe(true);
    const strange = [['111122223333', '999999999999'], ['us-east-1', 'eu-west-1'], ['stateMachine', 'activity']].map(([from, to]) => arn.replace(from, to));
    expect(strange.map(assumedFor)).toEqual([false, false, false]);
  });

  test('of an alias are for the alias alone', () => {
    const stack = newStack();
    const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn(stack, 'Ship').currentVersion });
    make(stack, { steps: [SagaStep.withoutCompensation('Ship', SagaTask.invoke(live), 'it is on its way')] });
    expect(deniedHandOvers(stack)).toEqual([]);
    const invoked = propertiesOf(stack, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(invoked.map(({ Resource }) => Resource)).toEqual([stack.resolve(live.functionArn)]);
    expect(deployed(stack).States.Ship.Parameters.FunctionName).toMatch(/:live$/);
  });

  test('of a function that is called by two steps are written once', () => {
    const stack = newStack();
    make(stack, { steps: [SagaStep.invoke('One', fn(stack, 'Do'), fn(stack, 'Undo')), SagaStep.invoke('Two', fn(stack, 'Do'), fn(stack, 'Undo'))] });
    expect(JSON.stringify(propertiesOf(stack, 'AWS::IAM::Policy')).match(/lambda:InvokeFunction/g)).toHaveLength(2);
  });

  test('under a key of the user\'s own reach both queues', () => {
    const stack = withKey((here, encryptionKey) => make(here, { encryptionKey }));
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
    expect(propertiesOf(stack, 'AWS::SQS::Queue').map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual(Array(2).fill(expect.anything()));
  });

  test('to start are for this machine, and only to start', () => {
    const stack = newStack();
    const [saga, caller] = [make(stack), fn(stack, 'Caller')];
    saga.grantStart(caller);
    const permissions = permissionsOf(stack);
    const [role, resource] = [permissions.arnOf(caller.role!), permissions.arnOf(saga.stateMachine)];
    expect(permissions.allows({ role, action: 'states:StartExecution', resource })).toBe(true);
    expect(permissions.allows({ role, action: 'states:StartExecution', resource: `${resource}2` })).toBe(false);
    expect(permissions.allows({ role, action: 'states:StopExecution', resource })).toBe(false);
  });

  test('of a function whose role is not known are a warning with the statement, and a service is refused', () => {
    const stack = newStack();
    const saga = make(stack);
    saga.grantStart(importedFunction(stack));
    expect(warningsOf(stack)).toContainEqual(expect.stringContaining('"states:StartExecution"'));
    expect(() => saga.grantStart(new iam.ServicePrincipal('events.amazonaws.com')))
      .toThrow('\'grantee\' must be a role, a user or a function, which have a policy, got \'ServicePrincipal(events.amazonaws.com)\'');
  });
});

describe('fault 67: an execution that is aborted or timed out is not compensated', () => {
  const event = (detail: object) => ({
    'source': 'aws.states', 'detail-type': 'Step Functions Execution Status Change', 'detail': detail,
  });

  test.each([
    [true, { status: 'ABORTED' }],
    [true, { status: 'TIMED_OUT' }],
    [true, { status: 'FAILED', error: 'States.Runtime' }],
    [true, { status: 'FAILED', error: 'ParkingFailed' }],
    [true, { status: 'FAILED' }],
    [false, { status: 'FAILED', error: 'SagaFailed' }],
    [false, { status: 'FAILED', error: 'CompensationFailed' }],
    [false, { status: 'SUCCEEDED' }],
    [false, { status: 'RUNNING' }],
    [false, { status: 'ABORTED', stateMachineArn: 'arn:another' }],
  ])('%s: its event goes to the queue: %j', (expected, detail) => {
    const stack = newStack();
    const saga = make(stack);
    const [rule] = resolvedResources([stack]).filter(({ type }) => type === 'AWS::Events::Rule');
    const stateMachineArn = permissionsOf(stack).arnOf(saga.stateMachine);
    expect(matchesPattern(rule.properties.EventPattern, event({ stateMachineArn, ...detail }))).toBe(expected);
  });

  test('by a rule that may write there, and says how long it tries', () => {
    const stack = newStack();
    const saga = make(stack);
    expect(propertiesOf(stack, 'AWS::Events::Rule')[0].Targets).toEqual([
      { Id: 'Target0', Arn: stack.resolve(saga.uncaughtExecutions.queueArn), RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    ]);
    expect(handOvers(stack).map(({ what }) => what)).toContainEqual(expect.stringMatching(/^rule \w+ -> queue SagaUncaughtExecutions/));
  });
});

describe('alarms', () => {
  test('are for compensations that failed and executions that were not undone, by what Step Functions and SQS count', () => {
    const stack = newStack();
    const saga = make(stack);
    const machine = [{ Name: 'StateMachineArn', Value: stack.resolve(saga.stateMachine.stateMachineArn) }];
    const queue = (name: sqs.IQueue) => [{ Name: 'QueueName', Value: stack.resolve(name.queueName) }];
    const alarm = (Namespace: string, MetricName: string, Dimensions: object[]) =>
      expect.objectContaining({ Namespace, MetricName, Dimensions, Threshold: 1, Period: 300 });
    expect(alarmsOf(stack)).toEqual([
      alarm('AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue(saga.failedCompensations)),
      alarm('AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue(saga.uncaughtExecutions)),
      alarm('AWS/States', 'ExecutionsAborted', machine),
      alarm('AWS/States', 'ExecutionsTimedOut', machine),
    ]);
    for (const { AlarmDescription } of alarmsOf(stack)) expect(JSON.stringify(AlarmDescription)).toContain('src/patterns/saga/README.md#operate');
    expect([saga.compensationFailedAlarm, saga.uncaughtAlarm, saga.compensatedAlarm]).toEqual([expect.anything(), expect.anything(), undefined]);
  });

  test('can be set, asked for, and switched off', () => {
    const stack = newStack();
    const off = AlarmSetting.off('seen by others');
    const saga = make(stack, { alarms: { compensationFailed: off, uncaught: off, compensated: AlarmSetting.threshold(20) } });
    expect(alarmsOf(stack)).toEqual([expect.objectContaining({
      Namespace: 'CdkServerlessPatterns',
      MetricName: 'SagaCompensated',
      Threshold: 20,
      Statistic: 'Sum',
      Dimensions: [{ Name: 'StateMachineArn', Value: stack.resolve(saga.stateMachine.stateMachineArn) }],
    })]);
  });

  test('of what happens once are at one, whatever is said of the queue', () => {
    const stack = newStack();
    make(stack, { alarms: { uncaught: AlarmSetting.threshold(5, { evaluationPeriods: 3 }) } });
    const settings = alarmsOf(stack).map(({ MetricName, Threshold, EvaluationPeriods }) => [MetricName, Threshold, EvaluationPeriods]);
    expect(settings.slice(1)).toEqual([['ApproximateNumberOfMessagesVisible', 5, 3], ['ExecutionsAborted', 1, 1], ['ExecutionsTimedOut', 1, 1]]);
  });

  test('and metrics are of what the machine itself counts', () => {
    const stack = newStack();
    const saga = make(stack);
    const { States } = JSON.parse(saga.definition);
    const Dimensions = [{ 'Name': 'StateMachineArn', 'Value.$': '$$.StateMachine.Id' }];
    const counted = [['Count compensated', saga.metricCompensated()], ['Count compensation failed', saga.metricCompensationFailed()]] as const;
    for (const [state, { namespace, metricName }] of counted) {
      expect(States[state].Parameters).toEqual({ Namespace: namespace, MetricData: [{ MetricName: metricName, Value: 1, Unit: 'Count', Dimensions }] });
    }
    const names = [saga.metricStarted(), saga.metricSucceeded()].map(({ namespace, metricName }) => [namespace, metricName]);
    expect(names).toEqual([['AWS/States', 'ExecutionsStarted'], ['AWS/States', 'ExecutionsSucceeded']]);
  });
});

describe('queues', () => {
  test('keep what they have for 14 days, and take it over TLS only', () => {
    const stack = newStack();
    make(stack);
    expect(propertiesOf(stack, 'AWS::SQS::Queue')).toEqual(Array(2).fill(expect.objectContaining({ MessageRetentionPeriod: 1_209_600 })));
    const denied = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(propertiesOf(stack, 'AWS::SQS::QueuePolicy').map(({ PolicyDocument }) => PolicyDocument.Statement[0])).toEqual(Array(2).fill(expect.objectContaining(denied)));
  });

  test('may be the user\'s own', () => {
    const stack = newStack();
    const [failedCompensations, uncaughtExecutions] = ['One', 'Two'].map((id) => new sqs.Queue(stack, id));
    const saga = make(stack, { failedCompensations, uncaughtExecutions });
    expect([saga.failedCompensations, saga.uncaughtExecutions]).toEqual([failedCompensations, uncaughtExecutions]);
    expect(deniedHandOvers(stack)).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 2);
  });

  test('are two, and the user\'s own have their own keys', () => {
    const stack = newStack();
    const [failedCompensations, other] = ['One', 'Two'].map((id) => new sqs.Queue(stack, id));
    expect(() => make(stack, { failedCompensations, uncaughtExecutions: failedCompensations }))
      .toThrow('\'uncaughtExecutions\' must be another queue than failedCompensations, got \'Test/One\'');
    const encryptionKey = new kms.Key(stack, 'Key');
    expect(() => new Saga(stack, 'Another', {
      steps: [SagaStep.invoke('A', fn(stack, 'Ship'), fn(stack, 'Ship'))], failedCompensations, uncaughtExecutions: other, encryptionKey,
    })).toThrow('\'encryptionKey\' must not be given with two queues of your own, which have theirs, got \'Test/Key\'');
  });

  test.each(['failedCompensations', 'uncaughtExecutions'])('%s are no FIFO queue', (prop) => {
    const stack = newStack();
    expect(() => make(stack, { [prop]: new sqs.Queue(stack, 'Fifo', { fifo: true }) })).toThrow(`'${prop}' must be a standard queue, got 'Test/Fifo'`);
  });
});
