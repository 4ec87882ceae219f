/** The integration tests' own apps on the local engine, asked what assertions of a stack cannot ask. */
import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeReplayCommand, EventBridgeClient, PutEventsCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { bootstrap, Engine, localPython, startEngine } from '../../tools/local-aws/engine';
import { run, stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { root } from '../support/examples';
import { eventually, Ledger, Queues } from '../support/queues';

jest.setTimeout(180_000);

let engine: Engine;
let bus: EventBridgeClient;
let outputs: Record<string, string>;
let ledger: Ledger;
let queues: Queues;

beforeAll(async () => {
  engine = await startEngine();
  await bootstrap(engine);
  bus = new EventBridgeClient(engine.client);
  queues = new Queues(engine);
});
afterAll(stopAll);

async function publish(detail: object, EventBusName = outputs.Bus, Source = 'integ.things'): Promise<void> {
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [{ EventBusName, Source, DetailType: 'ThingHappened', Detail: JSON.stringify(detail) }] }));
  expect(FailedEntryCount).toBe(0);
}

describe('subscribers', () => {
  beforeAll(async () => {
    outputs = await deploy(engine, join(root, 'integ/integ.event-fan-out.subscribers.ts'), 'IntegEventFanOutSubscribers');
    ledger = new Ledger(engine, outputs.LedgerName);
    await publish({ id: 'one', total: 999 });
  });

  test('functions, buffered and asynchronous', async () => {
    expect(await ledger.handled('Buffered', 'one')).toBe(1);
    expect(await ledger.handled('Direct', 'one')).toBe(1);
  });

  test('a function that subscribes twice gets a valuable event twice, by its alias too', async () => {
    await publish({ id: 'valuable', total: 1000 });
    expect(await ledger.handled('Buffered', 'valuable', 2)).toBe(2);
    expect(await ledger.times('Buffered', 'one')).toBe(1);
  });

  test('a queue gets what was asked for of the event', async () => {
    expect((await queues.take(outputs.OwnUrl, ({ short }) => short === 'one')).json).toEqual({ short: 'one' });
  });

  test('a FIFO queue', async () => {
    const message = await queues.take(outputs.OrderedUrl, ({ detail }) => detail.id === 'one');
    expect(message.Attributes!.MessageGroupId).toBe('all');
  });

  test('a topic', async () => {
    const { json } = await queues.take(outputs.HeardUrl, ({ Message }) => JSON.parse(Message).detail.id === 'one');
    expect(json.Type).toBe('Notification');
  });

  test('a state machine', async () => {
    const sfn = new SFNClient(engine.client);
    await eventually('an execution for the event', async () => {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: outputs.MachineArn }));
      const inputs = await Promise.all(executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))));
      return inputs.some(({ input }) => JSON.parse(input!).detail.id === 'one');
    });
  });

  test('another bus', async () => {
    expect((await queues.take(outputs.ForwardedUrl, ({ detail }) => detail.id === 'one')).json.source).toBe('integ.things');
  });

  test('a log group, as an audit of all events', async () => {
    await publish({ id: 'unheard' }, outputs.Bus, 'integ.others');
    const logs = new CloudWatchLogsClient(engine.client);
    await eventually('the events in the log', async () => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: outputs.AuditGroup }));
      const ids = events.map(({ message }) => JSON.parse(message!).detail.id);
      return ids.includes('one') && ids.includes('unheard');
    });
  });
});

describe('dead letters', () => {
  test('fault 37: what a buffered function fails at, as it was; the others have it', async () => {
    await publish({ id: 'poison', failing: ['Buffered'] });
    const { json } = await queues.take(outputs.BufferedDeadLetters);
    expect(json).toMatchObject({ 'source': 'integ.things', 'detail-type': 'ThingHappened', 'detail': { id: 'poison' } });
    expect(await ledger.handled('Direct', 'poison')).toBe(1);
    expect(await ledger.times('Buffered', 'poison')).toBe(0);
  });

  test('fault 24: what an asynchronous function accepted and then failed at', async () => {
    await publish({ id: 'accepted', failing: ['Direct'] });
    const { json } = await queues.take(outputs.DirectDeadLetters);
    expect(json).toMatchObject({ requestContext: { condition: 'RetriesExhausted' }, requestPayload: { source: 'integ.things', detail: { id: 'accepted' } } });
    expect(await ledger.handled('Buffered', 'accepted')).toBe(1);
  });

  test('fault 13: what its target cannot take, since it is gone', async () => {
    const { json, MessageAttributes } = await queues.take(outputs.GoneDeadLetters, ({ detail }) => detail.id === 'one');
    expect(json).toMatchObject({ source: 'integ.things' });
    expect(MessageAttributes!.TARGET_ARN.StringValue).toMatch(/:gone$/);
  });
});

test('the README\'s command sends dead letters of an asynchronous function back: what Lambda wrote, and what EventBridge wrote', async () => {
  await publish({ id: 'resent', failing: ['Direct'] });
  await eventually('the dead letter', async () => await queues.count(outputs.DirectDeadLetters) === 1);
  await queues.send(outputs.DirectDeadLetters, { source: 'integ.things', detail: { id: 'with a\ttab and "quotes"' } });
  const [, command] = /^```sh resend\n(.*?)^```/ms.exec(readFileSync(join(root, 'src/patterns/event-fan-out/README.md'), 'utf8'))!;
  const aws = dirname(await localPython());
  const local = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n'; // version 1 of the CLI asks SQS at its old address
  await run('the README\'s command', 'bash', ['-euo', 'pipefail', '-c', local + command], 60, {
    env: { ...engine.env, PATH: `${aws}:${process.env.PATH}`, DEAD_LETTERS: outputs.DirectDeadLetters, FUNCTION: outputs.MendedName },
  });
  for (const id of ['resent', 'with a\ttab and "quotes"']) expect(await ledger.handled('Mended', id)).toBe(1);
  expect(await queues.count(outputs.DirectDeadLetters)).toBe(0);
});

test('the archive replays to the one subscription that is named', async () => {
  await publish({ id: 'again' });
  await ledger.handled('Buffered', 'again');
  await ledger.handled('Direct', 'again');
  await bus.send(new StartReplayCommand({
    ReplayName: 'again',
    EventSourceArn: outputs.ArchiveArn,
    EventStartTime: new Date(Date.now() - 600_000),
    EventEndTime: new Date(),
    Destination: { Arn: outputs.BusArn, FilterArns: [outputs.BufferedRuleArn] },
  }));
  await eventually('the end of the replay', async () => (await bus.send(new DescribeReplayCommand({ ReplayName: 'again' }))).State === 'COMPLETED');
  expect(await ledger.handled('Buffered', 'again', 2)).toBe(2);
  expect(await ledger.times('Direct', 'again')).toBe(1);
});

test('fault 89: a publisher may publish the events of its contract, and no others', async () => {
  const invoke = async (source: string) => {
    const request = new InvokeCommand({ FunctionName: outputs.PublisherName, Payload: JSON.stringify({ source }) });
    const { FunctionError, Payload } = await new LambdaClient(engine.client).send(request);
    return FunctionError ? JSON.parse(Buffer.from(Payload!).toString()).errorMessage : 'published';
  };
  expect(await invoke('integ.things')).toBe('published');
  expect(await invoke('integ.others')).toMatch(/not authorized|AccessDenied/);
});

test('under one customer-managed key, with functions of another stack, on a bus of its own and on the default bus, and the alarm is heard', async () => {
  const app = join(root, 'integ/integ.event-fan-out.encrypted.ts');
  const { Bus, AlarmName, ToldUrl } = await deploy(engine, app, 'IntegEventFanOutEncrypted');
  const { LedgerName } = await deploy(engine, app, 'IntegEventFanOutFunctions');
  const encrypted = new Ledger(engine, LedgerName);
  for (const name of [Bus, 'default']) await publish({ id: `on ${name}`, total: 1 }, name, 'integ.encrypted');
  expect(await encrypted.handled('OwnBus', `on ${Bus}`, 2)).toBe(2);
  expect(await encrypted.handled('DefaultBus', 'on default')).toBe(1);
  expect(await encrypted.times('OwnBus', 'on default')).toBe(0);

  // the engine emits no metrics of SQS: the alarm is given one with the dimensions that it names
  const cloudwatch = new CloudWatchClient(engine.client);
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
  const { Namespace, MetricName, Dimensions } = MetricAlarms![0];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName, Dimensions, Value: 1, Unit: 'Count' }] }));
  const { json } = await queues.take(ToldUrl, ({ Message }) => JSON.parse(Message).AlarmName === AlarmName);
  expect(JSON.parse(json.Message).NewStateValue).toBe('ALARM');
});
