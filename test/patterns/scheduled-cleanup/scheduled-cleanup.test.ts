import { App, Duration, Stack, TimeZone, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmSetting, CleanupItemsOptions, CleanupTarget, ScheduledCleanup, ScheduledCleanupProps, TimestampFormat } from '../../../src';
import { deniedHandOvers, permissionsOf, strangers } from '../../support/permissions';
import { resolvedResources } from '../../support/resolved-template';
import { countByType, newStack, propertiesOf, resourcesOf } from '../../support/stacks';

interface Verdict {
  readonly isValid: boolean;
  errorsText(separator?: string): string;
}
const validate: (definition: object, options: object) => Verdict = require('asl-validator');

const STRING = dynamodb.AttributeType.STRING;
const tableOf = (stack: Stack, props: Partial<dynamodb.TableProps> = {}) =>
  new dynamodb.Table(stack, 'Items', { partitionKey: { name: 'pk', type: STRING }, sortKey: { name: 'sk', type: STRING }, ...props });
const items = (table: dynamodb.ITable, options: Partial<CleanupItemsOptions> = {}) => CleanupTarget.items(table, { timestamp: 'created_at', ...options });
const make = (stack: Stack, props: Partial<ScheduledCleanupProps> = {}) =>
  new ScheduledCleanup(stack, 'Cleanup', { target: props.target ?? items(tableOf(stack)), olderThan: Duration.days(30), ...props });
const made = (props: Partial<ScheduledCleanupProps> = {}) => {
  const stack = newStack();
  make(stack, props);
  return stack;
};
const definitionOf = (stack: Stack) => JSON.parse(resolvedResources([stack]).find(({ type }) => type === 'AWS::StepFunctions::StateMachine')!.properties.DefinitionString);
const functionOf = (stack: Stack) => propertiesOf(stack, 'AWS::Lambda::Function')[0];
const environmentOf = (stack: Stack) => functionOf(stack).Environment.Variables;
/** The statements of the function's role, but for its log and traces. */
const statementsOf = (stack: Stack) => propertiesOf(stack, 'AWS::IAM::Policy').filter(({ PolicyName }) => /FunctionRole/.test(PolicyName))
  .flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(({ Action }) => !/logs|xray/.test(JSON.stringify(Action)));

test('what is made, and no more', () => {
  const stack = newStack();
  make(stack, { target: items(dynamodb.Table.fromTableName(stack, 'Items', 'items'), { keys: ['pk'] }) });
  expect(countByType(resourcesOf(stack))).toEqual({
    'AWS::Lambda::Function': 1,
    'AWS::IAM::Role': 3,
    'AWS::IAM::Policy': 3,
    'AWS::Scheduler::ScheduleGroup': 1,
    'AWS::Scheduler::Schedule': 1,
    'AWS::StepFunctions::StateMachine': 1,
    'AWS::Logs::LogGroup': 2,
    'AWS::DynamoDB::Table': 1,
    'AWS::SQS::Queue': 1,
    'AWS::SQS::QueuePolicy': 1,
    'AWS::CloudWatch::Alarm': 2,
  });
});

describe('the function', () => {
  test('knows what to look at, and how old is old', () => {
    const stack = newStack();
    const table = tableOf(stack);
    make(stack, { target: items(table, { format: TimestampFormat.EPOCH_SECONDS, segments: 4 }), olderThan: Duration.hours(36) });
    expect(environmentOf(stack)).toEqual({
      TABLE_NAME: stack.resolve(table.tableName),
      KEY_NAMES: '["pk","sk"]',
      TIMESTAMP: 'created_at',
      TIMESTAMP_FORMAT: 'EPOCH_SECONDS',
      OLDER_THAN_SECONDS: '129600',
      SEGMENTS: '4',
      METRIC_NAMESPACE: 'CdkServerlessPatterns',
      METRIC_DIMENSION: 'StateMachineArn',
    });
    expect(functionOf(stack)).toMatchObject({ Timeout: 900, Architectures: ['arm64'], LoggingConfig: { LogFormat: 'JSON' }, TracingConfig: { Mode: 'Active' } });
  });

  test('takes texts, in one part, unless told otherwise, and has no word of a dry run', () => {
    expect(environmentOf(made())).toMatchObject({ TIMESTAMP_FORMAT: 'ISO_8601', SEGMENTS: '1', OLDER_THAN_SECONDS: `${30 * 86_400}` });
    expect(environmentOf(made())).not.toHaveProperty('DRY_RUN');
    expect(environmentOf(made({ dryRun: true })).DRY_RUN).toBe('true');
  });

  test('may scan the table and delete by PartiQL, and nothing else', () => {
    const stack = newStack();
    const table = tableOf(stack);
    make(stack, { target: items(table) });
    expect(statementsOf(stack)).toEqual([{ Effect: 'Allow', Action: ['dynamodb:Scan', 'dynamodb:PartiQLDelete'], Resource: stack.resolve(table.tableArn) }]);
  });

  test('may only scan in a dry run', () => {
    expect(statementsOf(made({ dryRun: true }))).toEqual([expect.objectContaining({ Action: 'dynamodb:Scan' })]);
  });

  test('may decrypt what the table\'s key encrypts, and nothing else with it', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'TableKey');
    const cleanup = make(stack, { target: items(tableOf(stack, { encryptionKey })) });
    const permissions = permissionsOf(stack);
    const role = permissions.arnOf((cleanup.function as lambda.Function).role!);
    const uses = (action: string) => permissions.allows({ role, action, resource: permissions.arnOf(encryptionKey), context: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } });
    expect(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'].map(uses)).toEqual([true, false, false]);
  });
});

describe('the keys of the table', () => {
  test.each<[string, (stack: Stack) => dynamodb.ITable, string[]]>([
    ['Table', (stack) => tableOf(stack), ['pk', 'sk']],
    ['Table with one', (stack) => tableOf(stack, { sortKey: undefined }), ['pk']],
    ['TableV2', (stack) => new dynamodb.TableV2(stack, 'Items', { partitionKey: { name: 'a', type: STRING }, sortKey: { name: 'b', type: STRING } }), ['a', 'b']],
    ['TableV2 with one', (stack) => new dynamodb.TableV2(stack, 'Items', { partitionKey: { name: 'a', type: STRING } }), ['a']],
  ])('are found: %s', (_, table, keys) => {
    const stack = newStack();
    make(stack, { target: items(table(stack)) });
    expect(JSON.parse(environmentOf(stack).KEY_NAMES)).toEqual(keys);
  });

  test.each<[string, (stack: Stack) => dynamodb.ITable]>([
    ['Table', (stack) => dynamodb.Table.fromTableName(stack, 'Items', 'items')],
    ['TableV2', (stack) => dynamodb.TableV2.fromTableArn(stack, 'Items', 'arn:aws:dynamodb:us-east-1:111122223333:table/items')],
  ])('are given where it is imported: %s', (_, table) => {
    const stack = newStack();
    const imported = table(stack);
    expect(() => items(imported)).toThrow('\'keys\' must be given for an imported table: the names of its partition key and, if it has one, its sort key, got undefined');
    make(stack, { target: items(imported, { keys: ['pk', 'sk'] }) });
    expect(environmentOf(stack)).toMatchObject({ TABLE_NAME: 'items', KEY_NAMES: '["pk","sk"]' });
    expect(deniedHandOvers(stack)).toEqual([]);
  });

  test('are not others than those that it has', () => {
    const table = tableOf(newStack());
    expect(() => items(table, { keys: ['pk'] })).toThrow('\'keys\' must be those of the table, pk and sk, got \'pk\'');
    expect(items(table, { keys: ['pk', 'sk'] })).toBeInstanceOf(CleanupTarget);
  });

  test.each([[[]], [['a', 'b', 'c']]])('are one or two, not %j', (keys) => {
    const table = dynamodb.Table.fromTableName(newStack(), 'Items', 'items');
    expect(() => items(table, { keys })).toThrow(`'keys' must be the partition key and, if there is one, the sort key, got '${keys.join(', ')}'`);
  });

  test('reach a table of another stack', () => {
    const app = new App();
    const [home, stack] = ['Home', 'Cleanups'].map((id) => new Stack(app, id));
    make(stack, { target: items(tableOf(home)) });
    expect(environmentOf(stack)).toMatchObject({ TABLE_NAME: { 'Fn::ImportValue': expect.anything() }, KEY_NAMES: '["pk","sk"]' });
    expect(deniedHandOvers([home, stack])).toEqual([]);
    expect(stack.dependencies).toEqual([home]);
  });
});

describe('bad input', () => {
  test.each<[Partial<CleanupItemsOptions>, string]>([
    [{ timestamp: '' }, '\'timestamp\' must be the name of an attribute, without quotes, got \'\''],
    [{ timestamp: 'a" = 1 OR "b' }, '\'timestamp\' must be the name of an attribute, without quotes, got \'a" = 1 OR "b\''],
    [{ segments: 0 }, '\'segments\' must be a whole number between 1 and 32, got 0'],
    [{ segments: 33 }, '\'segments\' must be a whole number between 1 and 32, got 33'],
  ])('of a target is an error: %j', (options, message) => {
    expect(() => items(tableOf(newStack()), options)).toThrow(message);
  });

  test.each<[Partial<ScheduledCleanupProps>, string]>([
    [{ olderThan: Duration.seconds(59) }, '\'olderThan\' must be between 1 minute and 100 years, in whole seconds, got \'59 seconds\''],
    [{ olderThan: Duration.millis(90_500) }, '\'olderThan\' must be between 1 minute and 100 years, in whole seconds, got \'90.5 seconds\''],
    [{ olderThan: Duration.days(Token.asNumber('later')) }, '\'olderThan\' must be known at synthesis, and not be a token'],
    [{ maxDeletes: 0 }, '\'maxDeletes\' must be a whole number between 1 and 1000000000, got 0'],
    [{ maxDeletes: 1.5 }, '\'maxDeletes\' must be a whole number between 1 and 1000000000, got 1.5'],
  ])('is an error: %j', (props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  test('of a table in another region is an error', () => {
    const app = new App();
    const [here, there] = ['us-east-1', 'eu-west-1'].map((region) => new Stack(app, region, { env: { account: '111122223333', region } }));
    expect(() => make(here, { target: items(tableOf(there)) })).toThrow('\'target\' must be in the region of the pattern, us-east-1, got \'eu-west-1/Items in eu-west-1\'');
  });
});

describe('the state machine', () => {
  test.each<[string, Partial<ScheduledCleanupProps>]>([['as it is', {}], ['limited', { maxDeletes: 100 }], ['counted', { expectedEvery: Duration.days(1) }]])(
    'is valid and has no state without a way to it: %s', (_, props) => {
      const definition = definitionOf(made(props));
      const verdict = validate(JSON.parse(JSON.stringify(definition)), { checkPaths: true, checkArn: true });
      expect(verdict.isValid ? '' : verdict.errorsText('\n')).toBe('');
      const ways = [...JSON.stringify(definition).matchAll(/"(?:StartAt|Next|Default)":"([^"]+)"/g)].map(([, name]) => name);
      expect([...new Set(ways)].sort()).toEqual(Object.keys(definition.States).sort());
    },
  );

  test('takes the lease for longer before every call, and for longer than a call with all that may be before the next', () => {
    const { Claim, Work, ...others } = definitionOf(made()).States;
    expect([Claim.Next, others['More?'].Choices[0].Next, others.Pause.Next]).toEqual(['Work', 'Claim', 'Claim']);
    const [, millis] = /\+ (\d+)/.exec(Claim.Arguments.ExpressionAttributeValues[':until'].N)!;
    const refused = 6 * 60 + (1 + 2 + 4 + 8 + 16 + 30);
    expect(Number(millis) / 1000).toBe(Work.TimeoutSeconds + refused + 300 + (6 * 30 + 31));
    expect(Work.TimeoutSeconds).toBeGreaterThan(functionOf(made()).Timeout);
  });

  test('tries again by itself only what was certainly not run: the same call must not be allowed twice', () => {
    const { Work } = definitionOf(made({ maxDeletes: 10 })).States;
    expect(Work.Retry.map(({ ErrorEquals }: any) => ErrorEquals)).toEqual([['Lambda.TooManyRequestsException']]);
    expect(Work.Catch.map(({ ErrorEquals, Next }: any) => [ErrorEquals, Next])).toEqual([
      [['TooManyDeletes'], 'Release failed'], [['States.DataLimitExceeded'], 'Try again?'], [['States.ALL'], 'Try again?'],
    ]);
  });

  test('takes the allowance of a call off before it, and gives back afterwards what was not used', () => {
    const { Begin, Claim, Work } = definitionOf(made({ maxDeletes: 10 })).States;
    expect(Begin.Assign.left).toBe(10);
    expect(Claim.Assign).toEqual({ allowance: '{% $ceil($left / 2) %}', left: '{% $left - $ceil($left / 2) %}' });
    expect(Work.Assign.left).toBe('{% $left + $allowance - $states.result.Payload.used %}');
    expect(Work.Catch.map(({ Assign }: any) => Object.keys(Assign))).not.toContain('left');
    expect(JSON.stringify(definitionOf(made()))).not.toMatch(/left|allowance/);
  });
});

describe('the schedule', () => {
  const scheduleOf = (stack: Stack) => propertiesOf(stack, 'AWS::Scheduler::Schedule')[0];

  test('is every day at 3:00 UTC unless told otherwise', () => {
    expect(scheduleOf(made())).toMatchObject({ ScheduleExpression: 'cron(0 3 * * ? *)', ScheduleExpressionTimezone: 'Etc/UTC', State: 'ENABLED' });
    const schedule = scheduler.ScheduleExpression.cron({ minute: '30', hour: '4', weekDay: 'SUN', timeZone: TimeZone.EUROPE_BERLIN });
    const stack = made({ schedule, enabled: false, maxEventAge: Duration.hours(2), timeWindow: scheduler.TimeWindow.flexible(Duration.hours(1)) });
    expect(scheduleOf(stack)).toMatchObject({
      ScheduleExpression: 'cron(30 4 ? * SUN *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'DISABLED',
      FlexibleTimeWindow: { MaximumWindowInMinutes: 60 },
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 7200 } },
    });
  });

  test('fault 29: may write to the dead letters under a customer-managed key', () => {
    const stack = newStack();
    make(stack, { encryptionKey: new kms.Key(stack, 'Key') });
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
    expect(scheduleOf(stack).KmsKeyArn).toBeDefined();
  });

  test('leaves what it cannot start in a queue of the user\'s own', () => {
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, 'Own');
    expect(make(stack, { deadLetterQueue }).deadLetterQueue).toBe(deadLetterQueue);
    expect(deniedHandOvers(stack)).toEqual([]);
  });
});

test('metrics are what the function counts, and what Step Functions does', () => {
  const stack = newStack();
  const cleanup = make(stack);
  expect([cleanup.metricDeleted(), cleanup.metricFailed()].map(({ namespace, metricName, statistic }) => [namespace, metricName, statistic]))
    .toEqual([[environmentOf(stack).METRIC_NAMESPACE, 'DeletedItems', 'Sum'], ['AWS/States', 'ExecutionsFailed', 'Sum']]);
  expect(cleanup.metricDeleted().dimensions).toEqual({ [environmentOf(stack).METRIC_DIMENSION]: cleanup.stateMachine.stateMachineArn });
});

test('alarms are for runs that failed, could not be started or are missed, and can be switched off', () => {
  const metrics = (props: Partial<ScheduledCleanupProps>) => propertiesOf(made(props), 'AWS::CloudWatch::Alarm').map(({ MetricName }) => MetricName).sort();
  expect(metrics({ expectedEvery: Duration.days(1) })).toEqual(['ApproximateNumberOfMessagesVisible', 'ExecutionsFailed', 'ScheduledRunSucceeded']);
  const off = AlarmSetting.off('seen by others');
  expect(metrics({ alarms: { failed: off, deadLetters: off } })).toEqual([]);
  const [{ AlarmDescription }] = propertiesOf(made({ alarms: { deadLetters: off } }), 'AWS::CloudWatch::Alarm');
  expect(AlarmDescription).toContain('src/patterns/scheduled-cleanup/README.md#operate');
});

test('the log of failed runs and that of the function are kept for a month, or as long as is told', () => {
  const kept = (props?: Partial<ScheduledCleanupProps>) => propertiesOf(made(props), 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
  expect(kept()).toEqual([30, 30]);
  expect(kept({ logRetention: logs.RetentionDays.ONE_YEAR })).toEqual([365, 365]);
});

test('runs may be started by who is let', () => {
  const stack = newStack();
  const cleanup = make(stack);
  const person = new lambda.Function(stack, 'Person', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
  cleanup.grantRun(person);
  const permissions = permissionsOf(stack);
  const [role, resource] = [permissions.arnOf(person.role!), permissions.arnOf(cleanup.stateMachine)];
  expect(['states:StartExecution', 'states:StopExecution'].map((action) => permissions.allows({ role, action, resource }))).toEqual([true, false]);
});
