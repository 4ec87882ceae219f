import { App, CfnParameter, Duration, Lazy, Stack, TimeZone, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmSetting, OverlapPolicy, ScheduledJob, ScheduledJobProps } from '../../../src';
import { deniedHandOvers, handOvers, permissionsOf, strangers } from '../../support/permissions';
import { resolvedResources } from '../../support/resolved-template';
import { aFunction, countByType, importedFunction, newStack, propertiesOf, resourcesOf, warningsOf } from '../../support/stacks';

interface Verdict {
  readonly isValid: boolean;
  errorsText(separator?: string): string;
}
const validate: (definition: object, options: object) => Verdict = require('asl-validator');

const fn = (stack: Stack) => stack.node.tryFindChild('Fn') as lambda.Function ?? aFunction(stack, 'Fn', { timeout: Duration.seconds(10) });
const make = (stack: Stack, props: Partial<ScheduledJobProps> = {}) => new ScheduledJob(stack, 'Job', {
  function: fn(stack), schedule: scheduler.ScheduleExpression.cron({ minute: '0', hour: '3', timeZone: TimeZone.EUROPE_BERLIN }), ...props,
});
const made = (props: Partial<ScheduledJobProps> = {}) => {
  const stack = newStack();
  make(stack, props);
  return stack;
};
const definitionOf = (stack: Stack) => JSON.parse(resolvedResources([stack]).find(({ type }) => type === 'AWS::StepFunctions::StateMachine')!.properties.DefinitionString);
const workOf = (stack: Stack) => definitionOf(stack).States.Work;
const alarmsOf = (stack: Stack) => propertiesOf(stack, 'AWS::CloudWatch::Alarm');
const scheduleOf = (stack: Stack) => propertiesOf(stack, 'AWS::Scheduler::Schedule')[0];
/** How long the lease of a job is had, in seconds. */
const leaseOf = (stack: Stack) => Number(/\+ (\d+)/.exec(definitionOf(stack).States.Claim.Arguments.ExpressionAttributeValues[':until'].N)![1]) / 1000;

test('what is made, and no more', () => {
  expect(countByType(resourcesOf(made()))).toEqual({
    'AWS::Lambda::Function': 1,
    'AWS::IAM::Role': 3, // one is the function's
    'AWS::IAM::Policy': 2,
    'AWS::Scheduler::ScheduleGroup': 1,
    'AWS::Scheduler::Schedule': 1,
    'AWS::StepFunctions::StateMachine': 1,
    'AWS::Logs::LogGroup': 1,
    'AWS::DynamoDB::Table': 1,
    'AWS::SQS::Queue': 1,
    'AWS::SQS::QueuePolicy': 1,
    'AWS::CloudWatch::Alarm': 2,
  });
});

describe('the schedule', () => {
  test('says when, in which time zone, and what becomes of runs that cannot be started', () => {
    const stack = newStack();
    const job = make(stack);
    expect(scheduleOf(stack)).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: stack.resolve(job.stateMachine.stateMachineArn),
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: stack.resolve(job.deadLetterQueue.queueArn) },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
      },
    });
    expect(job.schedule.scheduleGroup!.scheduleGroupName).toBe(scheduleOf(stack).GroupName);
  });

  test('can be had with a window, another age, and switched off', () => {
    const stack = made({ timeWindow: scheduler.TimeWindow.flexible(Duration.minutes(15)), maxEventAge: Duration.hours(24), enabled: false });
    expect(scheduleOf(stack)).toMatchObject({
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 }, State: 'DISABLED', Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400 } },
    });
  });

  test('is made after the rights of its role, which it may need at once', () => {
    const resources = resourcesOf(made());
    const [policy] = Object.entries(resources).find(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.includes('ScheduleRole'))!;
    expect(Object.values(resources).find(({ Type }) => Type === 'AWS::Scheduler::Schedule')!.DependsOn).toContain(policy);
  });

  test.each([
    [Duration.seconds(59), '\'maxEventAge\' must be between 1 minute and 24 hours, in whole seconds, got \'59 seconds\''],
    [Duration.hours(25), '\'maxEventAge\' must be between 1 minute and 24 hours, in whole seconds, got \'90000 seconds\''],
    [Duration.seconds(Token.asNumber('later')), '\'maxEventAge\' must be known at synthesis, and not be a token'],
  ])('does not wait %s', (maxEventAge, message) => {
    expect(() => made({ maxEventAge })).toThrow(message);
  });
});

describe('the state machine', () => {
  test.each<[string, Partial<ScheduledJobProps>]>([
    ['as it is', {}],
    ['counted', { expectedEvery: Duration.hours(1) }],
    ['without a lease', { overlap: OverlapPolicy.ALLOW }],
    ['without a lease and counted', { overlap: OverlapPolicy.ALLOW, expectedEvery: Duration.hours(1) }],
  ])('is valid and has no state without a way to it: %s', (_, props) => {
    const definition = definitionOf(made(props));
    const verdict = validate(JSON.parse(JSON.stringify(definition)), { checkPaths: true, checkArn: true });
    expect(verdict.isValid ? '' : verdict.errorsText('\n')).toBe('');
    const ways = [...JSON.stringify(definition).matchAll(/"(?:StartAt|Next|Default)":"([^"]+)"/g)].map(([, name]) => name);
    expect([...new Set(ways)].sort()).toEqual(Object.keys(definition.States).sort());
  });

  test('gives the lease back at every end of the work', () => {
    const { Work, ...others } = definitionOf(made({ expectedEvery: Duration.hours(1) })).States;
    const ends = [Work.Next, ...Work.Catch.map(({ Next }: any) => Next)];
    expect(ends).toEqual(['Release', 'Release failed', 'Release failed']);
    expect(Work.Catch.map(({ ErrorEquals }: any) => ErrorEquals)).toEqual([['States.DataLimitExceeded'], ['States.ALL']]);
    for (const end of ends) expect(others[end].Arguments).toMatchObject({ UpdateExpression: 'REMOVE holder, heldUntil', ConditionExpression: 'holder = :me' });
    expect([others.Release.Next, others['Release failed'].Next]).toEqual(['Count', 'Failed']);
  });

  test('gives the function time, execution and input, in an order of its own', () => {
    expect(workOf(made({ input: { b: [{ d: 1, c: null }], a: '{% not at the end %} of it' } })).Arguments.Payload).toEqual({
      scheduledTime: '{% $scheduledTime %}',
      run: '{% $states.context.Execution.Id %}',
      input: { a: '{% not at the end %} of it', b: [{ c: null, d: 1 }] },
    });
    const text = (input: Record<string, unknown>) => JSON.stringify(propertiesOf(made({ input }), 'AWS::StepFunctions::StateMachine')[0].DefinitionString);
    expect(text({ a: 1, b: { c: 2, d: 3 } })).toBe(text({ b: { d: 3, c: 2 }, a: 1 }));
    expect(workOf(made()).Arguments.Payload.input).toEqual({});
  });

  test.each<[object]>([[{ a: '{% $states.input %}' }], [{ a: [{ b: '{%\n1 %}' }] }]])('does not take %j, which Step Functions would evaluate', (input) => {
    expect(() => made({ input })).toThrow('\'input\' must not have a text that Step Functions would evaluate, got \'{%');
  });

  test('takes tokens in its input', () => {
    const stack = newStack();
    const queue = new sqs.Queue(stack, 'Queue');
    make(stack, { input: { queue: queue.queueUrl, count: new CfnParameter(stack, 'Count', { type: 'Number', default: 3 }).valueAsNumber } });
    expect(workOf(stack).Arguments.Payload.input).toEqual({ count: 3, queue: expect.stringMatching(/^https:\/\/sqs/) });
  });

  test('tries again what failed, and besides what Lambda refused', () => {
    const jittered = { BackoffRate: 2, JitterStrategy: 'FULL' };
    expect(workOf(made()).Retry).toEqual([
      { ErrorEquals: expect.arrayContaining(['Lambda.TooManyRequestsException', 'Lambda.ServiceException']), MaxAttempts: 6, IntervalSeconds: 1, MaxDelaySeconds: 30, ...jittered },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 2, IntervalSeconds: 5, MaxDelaySeconds: 300, ...jittered },
    ]);
    expect(workOf(made({ retryAttempts: 0 })).Retry[1].MaxAttempts).toBe(0);
    expect(workOf(made({ retryAttempts: 10 })).Retry[1].MaxAttempts).toBe(10);
  });

  test.each([-1, 1.5, 11])('is not tried %s times', (retryAttempts) => {
    expect(() => made({ retryAttempts })).toThrow(`'retryAttempts' must be a whole number between 0 and 10, got ${retryAttempts}`);
  });

  test('is traced and logs its failures without data, for a month, unless told otherwise', () => {
    const [stack, other] = [made(), made({ tracing: false, logRetention: logs.RetentionDays.ONE_YEAR })];
    const machineOf = (of: Stack) => propertiesOf(of, 'AWS::StepFunctions::StateMachine')[0];
    expect(machineOf(stack)).toMatchObject({ TracingConfiguration: { Enabled: true }, LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false } });
    expect(machineOf(other).TracingConfiguration).toEqual({ Enabled: false });
    expect([stack, other].map((of) => propertiesOf(of, 'AWS::Logs::LogGroup')[0].RetentionInDays)).toEqual([30, 365]);
  });
});

describe('the lease', () => {
  const CLAIM = 6 * 30 + 1 + 2 + 4 + 8 + 16;
  const REFUSED = 1 + 2 + 4 + 8 + 16 + 30;

  test.each<[string, number, (stack: Stack) => Partial<ScheduledJobProps>]>([
    ['of a function of 10 s', 9 * 20 + REFUSED + 5 + 10 + CLAIM, () => ({})],
    ['of one that is tried once', 7 * 20 + REFUSED + CLAIM, () => ({ retryAttempts: 0 })],
    ['of one that is tried often', 17 * 20 + REFUSED + 5 + 10 + 20 + 40 + 80 + 160 + 4 * 300 + CLAIM, () => ({ retryAttempts: 10 })],
    ['of a number that is not known', 17 * 20 + REFUSED + 5 + 10 + 20 + 40 + 80 + 160 + 4 * 300 + CLAIM, () => ({ retryAttempts: Lazy.number({ produce: () => 3 }) })],
    ['of an alias', 9 * 20 + REFUSED + 5 + 10 + CLAIM, (stack) => ({ function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn(stack).currentVersion }) })],
    ['of a function that is imported', 9 * 910 + REFUSED + 5 + 10 + CLAIM, (stack) => ({ function: importedFunction(stack) })],
    ['of one whose timeout is said', 9 * 40 + REFUSED + 5 + 10 + CLAIM, (stack) => ({ function: importedFunction(stack), functionTimeout: Duration.seconds(30) })],
    ['of one whose timeout is a token', 9 * 910 + REFUSED + 5 + 10 + CLAIM, () => ({ functionTimeout: Duration.seconds(Token.asNumber('later')) })],
  ])('%s outlasts all attempts and what is between them', (_, seconds, props) => {
    const stack = newStack();
    make(stack, props(stack));
    expect(leaseOf(stack)).toBe(seconds);
  });

  test('fault 83: has one item, which DynamoDB gives to one run', () => {
    const stack = made();
    expect(Object.values(resourcesOf(stack)).find(({ Type }) => Type === 'AWS::DynamoDB::Table')).toMatchObject({
      DeletionPolicy: 'Delete', Properties: { BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
    });
    const { Claim, Explain } = definitionOf(stack).States;
    expect([Claim.Arguments.Key, Explain.Arguments.Key]).toEqual(Array(2).fill({ id: { S: 'lease' } }));
    expect(Claim.Arguments.ConditionExpression).toBe(
      'holder = :me OR ((attribute_not_exists(lastRun) OR lastRun < :after) AND (attribute_not_exists(holder) OR heldUntil < :now))',
    );
    expect(Claim.Retry[0]).toEqual({ ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], MaxAttempts: 0 });
  });

  test('is not there where runs may overlap', () => {
    const stack = made({ overlap: OverlapPolicy.ALLOW });
    expect(propertiesOf(stack, 'AWS::DynamoDB::Table')).toEqual([]);
    expect(Object.keys(definitionOf(stack).States)).toEqual(['Begin', 'Work', 'Succeeded', 'Failed', 'In the future']);
    expect(JSON.stringify(propertiesOf(stack, 'AWS::IAM::Policy'))).not.toContain('dynamodb');
  });

  test.each([Duration.millis(1500), Duration.seconds(0), Duration.seconds(901)])('knows no function that takes %s', (functionTimeout) => {
    expect(() => made({ functionTimeout })).toThrow(`'functionTimeout' must be a whole number between 1 and 900 seconds, got ${functionTimeout.toSeconds({ integral: false })}`);
  });
});

describe('permissions', () => {
  test.each<[string, Partial<ScheduledJobProps>, string[]]>([
    ['with a lease', {}, ['function Fn', 'table JobLease', 'table JobLease', 'table JobLease', 'table JobLease']],
    ['without one', { overlap: OverlapPolicy.ALLOW }, ['function Fn']],
  ])('are those that tasks and schedule need, and no other: %s', (_, props, targets) => {
    const stack = made(props);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
    const to = (kind: string) => handOvers(stack).filter(({ what }) => what.startsWith(kind)).map(({ what }) => what.split(' -> ')[1].replace(/[0-9A-F]{8}$/, '')).sort();
    expect(to('statemachine').filter((target) => target !== 'undefined')).toEqual(targets);
    expect(to('schedule')).toEqual(['queue JobDeadLettersQueue', 'statemachine JobStateMachine']);
  });

  test('of the machine are these statements', () => {
    const stack = newStack();
    make(stack, { tracing: false });
    const [{ PolicyDocument }] = propertiesOf(stack, 'AWS::IAM::Policy').filter(({ PolicyName }) => /^JobRole/.test(PolicyName));
    expect(PolicyDocument.Statement.filter(({ Resource }: any) => Resource !== '*')).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: stack.resolve(fn(stack).functionArn) },
      { Effect: 'Allow', Action: ['dynamodb:UpdateItem', 'dynamodb:GetItem'], Resource: { 'Fn::GetAtt': [expect.stringMatching(/^JobLease/), 'Arn'] } },
    ]);
  });

  test('to count are there only where something is counted, in the namespace of this library', () => {
    expect(JSON.stringify(propertiesOf(made(), 'AWS::IAM::Policy'))).not.toContain('cloudwatch');
    const stack = made({ expectedEvery: Duration.hours(1) });
    const role = resolvedResources([stack]).find(({ type, id }) => type === 'AWS::IAM::Role' && id.startsWith('JobRole'))!.id;
    const counts = (namespace: string) => permissionsOf(stack).allows({ role, action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': namespace } });
    expect(['CdkServerlessPatterns', 'AWS/States'].map(counts)).toEqual([true, false]);
  });

  test('of the schedule\'s role are for Scheduler and its own group', () => {
    const stack = newStack();
    const job = make(stack);
    const permissions = permissionsOf(stack);
    const role = resolvedResources([stack]).find(({ id, type }) => type === 'AWS::IAM::Role' && id.startsWith('JobScheduleRole'))!.arn;
    const own = resolvedResources([stack]).find(({ type }) => type === 'AWS::Scheduler::ScheduleGroup')!.arn;
    const assumes = (sourceArn: string, service = 'scheduler.amazonaws.com') => permissions.allows({ service, sourceArn, action: 'sts:AssumeRole', resource: role });
    expect([assumes(own), assumes(own.replace(/[^/]+$/, 'default')), assumes(own.replace('111122223333', '999999999999')), assumes(own, 'events.amazonaws.com')])
      .toEqual([true, false, false, false]);
    expect(permissions.allows({ role, action: 'states:StopExecution', resource: permissions.arnOf(job.stateMachine) })).toBe(false);
  });

  test('of an alias are for the alias alone', () => {
    const stack = newStack();
    const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn(stack).currentVersion });
    make(stack, { function: live });
    expect(deniedHandOvers(stack)).toEqual([]);
    const invoked = propertiesOf(stack, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(invoked.map(({ Resource }) => Resource)).toEqual([stack.resolve(live.functionArn)]);
    expect(workOf(stack).Arguments.FunctionName).toMatch(/:live$/);
  });

  test('reach a function of another stack', () => {
    const app = new App();
    const [home, stack] = ['Home', 'Jobs'].map((id) => new Stack(app, id));
    new ScheduledJob(stack, 'Job', { function: fn(home), schedule: scheduler.ScheduleExpression.rate(Duration.hours(1)) });
    expect(deniedHandOvers([home, stack])).toEqual([]);
  });

  test('to run by hand are for this machine, and only to start', () => {
    const stack = newStack();
    const [job, person] = [make(stack), new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() })];
    job.grantRun(person);
    const permissions = permissionsOf(stack);
    const [role, resource] = [permissions.arnOf(person), permissions.arnOf(job.stateMachine)];
    expect(['states:StartExecution', 'states:StopExecution'].map((action) => permissions.allows({ role, action, resource }))).toEqual([true, false]);
    expect(permissions.allows({ role, action: 'states:StartExecution', resource: `${resource}2` })).toBe(false);
    job.grantRun(importedFunction(stack));
    expect(warningsOf(stack)).toContainEqual(expect.stringContaining('"states:StartExecution"'));
    expect(() => job.grantRun(new iam.ServicePrincipal('events.amazonaws.com'))).toThrow('\'grantee\' must be a role, a user or a function, which have a policy');
  });
});

describe('with a key of the user\'s own', () => {
  test('fault 29: the schedule may write to the dead letters, and all that is at rest has the key', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    make(stack, { encryptionKey });
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
    const key = stack.resolve(encryptionKey.keyArn);
    expect(scheduleOf(stack).KmsKeyArn).toEqual(key);
    expect(propertiesOf(stack, 'AWS::DynamoDB::Table')[0].SSESpecification).toEqual({ KMSMasterKeyId: key, SSEEnabled: true, SSEType: 'KMS' });
    expect(propertiesOf(stack, 'AWS::SQS::Queue')[0].KmsMasterKeyId).toEqual(key);
    const permissions = permissionsOf(stack);
    const roles = resolvedResources([stack]).filter(({ type, id }) => type === 'AWS::IAM::Role' && id.startsWith('Job')).map(({ id }) => id);
    const uses = (role: string, via: string) => ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'].map((action) =>
      permissions.allows({ role, action, resource: permissions.arnOf(encryptionKey), context: { 'kms:ViaService': `${via}.us-east-1.amazonaws.com` } }));
    expect(roles.map((role) => uses(role, role.includes('Schedule') ? 'sqs' : 'dynamodb'))).toEqual(Array(2).fill([true, true, false]));
  });

  test('of another stack', () => {
    const app = new App();
    const [home, stack] = ['Home', 'Jobs'].map((id) => new Stack(app, id));
    const encryptionKey = new kms.Key(home, 'Key');
    make(stack, { encryptionKey });
    expect(deniedHandOvers([home, stack])).toEqual([]);
    expect(stack.dependencies).toEqual([home]);
  });
});

describe('the dead letters', () => {
  test('are kept for 14 days', () => {
    expect(propertiesOf(made(), 'AWS::SQS::Queue')).toEqual([{ MessageRetentionPeriod: 1_209_600 }]);
  });

  test('may be the user\'s own', () => {
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, 'Own', { encryptionMasterKey: new kms.Key(stack, 'Key') });
    expect(make(stack, { deadLetterQueue }).deadLetterQueue).toBe(deadLetterQueue);
    expect(deniedHandOvers(stack)).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 1);
  });

  test('may be imported', () => {
    const stack = newStack();
    const deadLetterQueue = sqs.Queue.fromQueueArn(stack, 'Imported', 'arn:aws:sqs:us-east-1:111122223333:mine');
    make(stack, { deadLetterQueue });
    expect(scheduleOf(stack).Target.DeadLetterConfig).toEqual({ Arn: 'arn:aws:sqs:us-east-1:111122223333:mine' });
    expect(deniedHandOvers(stack)).toEqual([]);
  });

  test('are no FIFO queue', () => {
    const stack = newStack();
    expect(() => make(stack, { deadLetterQueue: new sqs.Queue(stack, 'Fifo', { fifo: true }) })).toThrow('\'deadLetterQueue\' must be a standard queue, got \'Test/Fifo\'');
  });
});

describe('alarms', () => {
  test('are for runs that failed and runs that could not be started', () => {
    const stack = newStack();
    const job = make(stack);
    expect(alarmsOf(stack)).toEqual([
      expect.objectContaining({ Namespace: 'AWS/SQS', Dimensions: [{ Name: 'QueueName', Value: stack.resolve(job.deadLetterQueue.queueName) }] }),
      expect.objectContaining({
        Namespace: 'AWS/States', MetricName: 'ExecutionsFailed', Threshold: 1, Period: 300, Dimensions: [{ Name: 'StateMachineArn', Value: stack.resolve(job.stateMachine.stateMachineArn) }],
      }),
    ]);
    for (const { AlarmDescription } of alarmsOf(stack)) expect(JSON.stringify(AlarmDescription)).toContain('src/patterns/scheduled-job/README.md#operate');
    expect([job.failedAlarm, job.deadLettersAlarm, job.missedAlarm]).toEqual([expect.anything(), expect.anything(), undefined]);
  });

  test('can be set, and switched off', () => {
    const off = AlarmSetting.off('seen by others');
    expect(alarmsOf(made({ alarms: { failed: off, deadLetters: off } }))).toEqual([]);
    expect(alarmsOf(made({ alarms: { failed: AlarmSetting.threshold(3), deadLetters: off } }))).toMatchObject([{ Threshold: 3 }]);
  });

  test.each([
    [Duration.hours(1), 3],
    [Duration.minutes(61), 4],
    [Duration.days(1), 26],
    [Duration.hours(166), 168],
  ])('of runs that are missed, expected every %s: after %s hours without one', (expectedEvery, hours) => {
    const stack = newStack();
    const job = make(stack, { expectedEvery });
    expect(alarmsOf(stack)).toContainEqual(expect.objectContaining({
      Namespace: 'CdkServerlessPatterns',
      MetricName: 'ScheduledRunSucceeded',
      Dimensions: [{ Name: 'StateMachineArn', Value: stack.resolve(job.stateMachine.stateMachineArn) }],
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: hours,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    }));
    expect(hours * 3600).toBeLessThanOrEqual(7 * 86_400); // CloudWatch takes no more
    const [{ MetricName, Dimensions }] = definitionOf(stack).States.Count.Arguments.MetricData;
    expect([MetricName, Dimensions]).toEqual(['ScheduledRunSucceeded', [{ Name: 'StateMachineArn', Value: '{% $states.context.StateMachine.Id %}' }]]);
  });

  test('of runs that are missed: none while the schedule is off', () => {
    const stack = newStack();
    expect(make(stack, { expectedEvery: Duration.days(1), enabled: false }).missedAlarm).toBeUndefined();
    expect(alarmsOf(stack)).toHaveLength(2);
  });

  test.each([
    [Duration.minutes(59), 'got \'3540 seconds\''],
    [Duration.hours(167), 'got \'601200 seconds\''],
  ])('of runs that are missed cannot wait %s', (expectedEvery, got) => {
    expect(() => made({ expectedEvery })).toThrow(`'expectedEvery' must be between 1 and 166 hours, since CloudWatch looks back 7 days, in whole seconds, ${got}`);
  });

  test('of runs that are missed need a number that is known', () => {
    expect(() => made({ expectedEvery: Duration.hours(Token.asNumber('later')) })).toThrow('\'expectedEvery\' must be known at synthesis');
  });
});

test('metrics are what Step Functions counts', () => {
  const job = make(newStack());
  expect([job.metricFailed(), job.metricSucceeded()].map(({ namespace, metricName }) => [namespace, metricName]))
    .toEqual([['AWS/States', 'ExecutionsFailed'], ['AWS/States', 'ExecutionsSucceeded']]);
});

test('a function of another region is refused', () => {
  const app = new App();
  const [here, there] = ['us-east-1', 'eu-west-1'].map((region) => new Stack(app, region, { env: { account: '111122223333', region } }));
  expect(() => make(here, { function: fn(there) })).toThrow('\'function\' must be in the region of the pattern, us-east-1, got \'eu-west-1/Fn in eu-west-1\'');
});
