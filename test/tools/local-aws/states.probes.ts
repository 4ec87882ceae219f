/** What state machines and the functions that they call need. */
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { allow, arnOf, Family, fn, Json, outputsOf, read, ref, resource, role, soon } from './support';
import { Engine } from '../../../tools/local-aws/engine';

const LONG = 500; // seconds of a Wait, which the engine makes 5
const machine = (StartAt: string, States: Json, further: Json = {}, roleId = 'MachineRole') => resource('AWS::StepFunctions::StateMachine', {
  RoleArn: arnOf(roleId), DefinitionString: { 'Fn::Sub': JSON.stringify({ StartAt, States, ...further }) },
});
const task = (Resource: string, Parameters: Json, further: Json = {}) => ({ Type: 'Task', Resource: `arn:aws:states:::${Resource}`, Parameters, End: true, ...further });
const call = (fnId: string, Payload: Json = {}, further: Json = {}) => task('lambda:invoke', { FunctionName: `\${${fnId}.Arn}`, Payload }, further);
const catches = (error: string) => ({ Catch: [{ ErrorEquals: [error], Next: 'Caught' }] });
const catchAll = catches('States.ALL');
const Caught = { Type: 'Pass', End: true };
/** A branch that gives the error of its task, if any. */
const tried = (state: Json) => ({ StartAt: 'Try', States: { Try: { ...state, ...catchAll }, Caught } });
const Pass = (Parameters: Json) => ({ Type: 'Pass', Parameters, End: true });

const how = fn(`({
  named: () => { throw Object.assign(new Error('why'), { name: 'CardDeclined' }); },
  classed: () => { class OutOfStock extends Error { name = 'OutOfStock'; } throw new OutOfStock('why'); },
  text: () => { throw 'why'; },
  exit: () => process.exit(1),
  reasonless: () => Promise.reject(),
  late: () => new Promise(() => {}),
  count: () => globalThis.count = (globalThis.count ?? 0) + 1,
  digits: () => '42',
  large: () => 'é'.repeat(131072),
  slow: () => new Promise((_, fail) => setTimeout(() => fail(new Error('why')), 600)),
})[event.how]()`);
const metric = (Namespace: string) => task('aws-sdk:cloudwatch:putMetricData', { Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] });

const template = {
  Resources: {
    Role: role('lambda.amazonaws.com', allow('logs:*')),
    How: { ...how, Properties: { ...how.Properties, Timeout: 1 } },
    Shut: how,
    Queue: resource('AWS::SQS::Queue'),
    MachineRole: role('states.amazonaws.com', allow('lambda:InvokeFunction', [arnOf('How'), arnOf('Shut')]), {
      ...allow('cloudwatch:PutMetricData'), Condition: { StringEquals: { 'cloudwatch:namespace': 'mine' } },
    }),
    Untrusted: role('lambda.amazonaws.com', allow('lambda:InvokeFunction')),
    Throttled: machine('Call', { Call: call('Shut') }),
    Text: machine('Call', { Call: call('How', { how: 'digits' }, { OutputPath: '$.Payload' }) }),
    Forbidden: machine('All', {
      All: {
        Type: 'Parallel',
        End: true,
        Branches: [
          call('How', { how: 'digits' }), task('lambda:invoke', { FunctionName: '${How.Arn}:live' }),
          task('sqs:sendMessage', { QueueUrl: '${Queue}', MessageBody: 'm' }), task('dynamodb:deleteItem', { TableName: 't', Key: {} }),
          task('sns:publish', { TopicArn: 'arn:aws:sns:us-east-1:111122223333:t', Message: 'm' }), metric('mine'), metric('other'),
        ].map(tried),
      },
    }),
    Unassumed: machine('Call', { Call: call('How', { how: 'digits' }) }, {}, 'Untrusted'),
    Large: machine('Call', { Call: call('How', { how: 'large' }, catchAll), Caught }),
    LargeCaught: machine('Call', {
      Call: call('How', { how: 'large' }, { ...catches('States.DataLimitExceeded'), End: undefined, Next: 'Uncaught' }), Caught, Uncaught: { Type: 'Fail' },
    }),
    Waiting: machine('Wait', { Wait: { Type: 'Wait', Seconds: LONG, End: true } }),
    Limited: machine('Wait', { Wait: { Type: 'Wait', Seconds: LONG, End: true } }, { TimeoutSeconds: 1 }),
    Retrying: machine('Call', { Call: call('How', { how: 'named' }, { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 99 }] }) }),
    Slow: machine('Call', { Call: call('How', { how: 'slow' }) }),
    TimedOut: resource('AWS::Events::Rule', {
      EventPattern: { 'source': ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'], 'detail': { stateMachineArn: [ref('Limited')], status: ['TIMED_OUT'] } },
      Targets: [{ Id: 'Queue', Arn: arnOf('Queue') }],
    }),
    Admission: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref('Queue')], PolicyDocument: { Statement: [{ ...allow('sqs:SendMessage'), Principal: { Service: 'events.amazonaws.com' } }] },
    }),
    Missing: machine('Pass', { Pass: Pass({ 'it.$': '$.missing' }) }),
    Uncaught: machine('All', { All: { Type: 'Parallel', Branches: [{ StartAt: 'Pass', States: { Pass: Pass({ 'it.$': '$.missing' }) } }], End: true, ...catchAll }, Caught }),
    Present: machine('Null?', {
      'Null?': { Type: 'Choice', Choices: [{ Variable: '$.null', IsPresent: true, Next: 'Yes' }], Default: 'No' },
      'Yes': { Type: 'Succeed' },
      'No': { Type: 'Fail' },
    }),
    Alarm: resource('AWS::CloudWatch::Alarm', {
      Namespace: 'probes', MetricName: 'm', Dimensions: [{ Name: 'of', Value: 'this' }], Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    }),
  },
  Outputs: outputsOf({
    ...Object.fromEntries([
      'Throttled', 'Text', 'Forbidden', 'Unassumed', 'Large', 'LargeCaught', 'Waiting', 'Limited', 'Retrying', 'Slow', 'Missing', 'Uncaught', 'Present', 'Queue', 'Alarm',
    ].map((id) => [id, ref(id)])),
    How: arnOf('How'),
    Shut: arnOf('Shut'),
  }),
};

const start = (engine: Engine, stateMachineArn: string, name?: string, input = '{"null":null}') =>
  new SFNClient(engine.client).send(new StartExecutionCommand({ stateMachineArn, name, input }));
const describe = (engine: Engine, executionArn?: string) => new SFNClient(engine.client).send(new DescribeExecutionCommand({ executionArn }));
const stop = (engine: Engine, executionArn?: string) => new SFNClient(engine.client).send(new StopExecutionCommand({ executionArn }));
/** Runs a state machine to its end. */
async function execute(engine: Engine, stateMachineArn: string) {
  const { executionArn } = await start(engine, stateMachineArn);
  await soon(async () => (await describe(engine, executionArn)).status !== 'RUNNING');
  return describe(engine, executionArn);
}
const rest = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

export const states: Family = {
  template,
  probes: {
    lambda_errors: async (engine, at) => {
      const invoke = async (way: string) => {
        const command = new InvokeCommand({ FunctionName: at.How, Payload: JSON.stringify({ how: way }) });
        const { Payload } = await new LambdaClient(engine.client).send(command);
        return JSON.parse(Buffer.from(Payload!).toString());
      };
      const [named, classed, text] = [await invoke('named'), await invoke('classed'), await invoke('text')];
      const first = await invoke('count');
      await invoke('named');
      const second = await invoke('count');
      const [exit, late, reasonless] = [await invoke('exit'), await invoke('late'), await invoke('reasonless')];
      return [
        named.errorType === 'CardDeclined' && named.errorMessage === 'why' && Array.isArray(named.trace),
        classed.errorType === 'OutOfStock',
        text.errorType === 'string' && text.errorMessage === 'why',
        second === first + 1,
        exit.errorType === 'Runtime.ExitError',
        reasonless?.errorType === 'object',
        late.errorType === 'Sandbox.Timedout' && /^RequestId: \S+ Error: Task timed out after 1.00 seconds$/.test(late.errorMessage),
      ];
    },
    lambda_task: async (engine, at) => {
      await new LambdaClient(engine.client).send(new PutFunctionConcurrencyCommand({ FunctionName: at.Shut, ReservedConcurrentExecutions: 0 }));
      return [
        (await execute(engine, at.Throttled)).error === 'Lambda.TooManyRequestsException',
        (await execute(engine, at.Text)).output === '"42"',
      ];
    },
    data_limit: async (engine, at) => [
      (await execute(engine, at.Large)).error === 'States.DataLimitExceeded',
      (await execute(engine, at.LargeCaught)).status === 'SUCCEEDED',
    ],
    alarm_dimensions: async (engine, at) => {
      const cloudwatch = new CloudWatchClient(engine.client);
      const stateAfter = async (Value: string) => {
        await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'probes', MetricData: [{ MetricName: 'm', Value: 1, Dimensions: [{ Name: 'of', Value }] }] }));
        return (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [at.Alarm] }))).MetricAlarms![0].StateValue;
      };
      return [await stateAfter('another') !== 'ALARM' && await stateAfter('this') === 'ALARM'];
    },
    state_machine_role: async (engine, at) => {
      const branches: Json[] = JSON.parse((await execute(engine, at.Forbidden)).output!);
      const [fine, qualified, queue, table, topic, mine, other] = branches.map(({ Error }) => Error);
      return [
        qualified === 'Lambda.AWSLambdaException' && fine === undefined,
        queue === 'SQS.AmazonSQSException',
        table === 'DynamoDB.AmazonDynamoDBException',
        topic === 'SNS.AmazonSNSException',
        other === 'CloudWatch.CloudWatchException' && mine === undefined,
        (await execute(engine, at.Unassumed)).error === 'Lambda.AWSLambdaException',
      ];
    },
    execution_start: async (engine, at) => {
      const refusal = (name?: string, input?: string) => start(engine, at.Waiting, name, input).then(() => 'none', (error: Error) => error.name);
      const first = await start(engine, at.Waiting, 'same');
      const again = await start(engine, at.Waiting, 'same').catch(() => undefined);
      return [
        again?.executionArn === first.executionArn && again?.startDate?.getTime() === first.startDate?.getTime() && await refusal('same', '{}') === 'ExecutionAlreadyExists',
        ...(await Promise.all(['order 1', 'order/1', 'order#1', 'order\u0001', 'o'.repeat(81)].map((name) => refusal(name)))).map((name) => name === 'InvalidName'),
        await refusal(undefined, JSON.stringify('é'.repeat(131072))) === 'ValidationException',
        await refusal(undefined, '{') === 'InvalidExecutionInput',
      ];
    },
    execution_end: async (engine, at) => {
      const [limited, retrying, slow] = await Promise.all([at.Limited, at.Retrying, at.Slow].map((arn) => start(engine, arn)));
      const calls = async ({ executionArn }: { executionArn?: string }) => {
        const { events } = await new SFNClient(engine.client).send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
        return events!.filter(({ type }) => type === 'TaskScheduled').length;
      };
      await soon(() => calls(slow));
      await stop(engine, slow.executionArn);
      await soon(() => calls(retrying));
      await stop(engine, retrying.executionArn);
      await rest(100);
      const stopped = await calls(retrying);
      await rest(1000);
      const [event] = await read(engine, at.Queue, 1);
      return [
        await calls(retrying) === stopped,
        (await describe(engine, slow.executionArn)).status === 'ABORTED',
        (await describe(engine, limited.executionArn)).status === 'TIMED_OUT',
        !!event && JSON.parse(event.Body!).detail.executionArn === limited.executionArn,
      ];
    },
    json_paths: async (engine, at) => [
      (await execute(engine, at.Missing)).error === 'States.Runtime',
      (await execute(engine, at.Uncaught)).error === 'States.Runtime',
      (await execute(engine, at.Present)).status === 'SUCCEEDED',
    ],
  },
};
