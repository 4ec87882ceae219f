/** Deployed jobs, started by their schedule and by hand. */
import { join } from 'path';
import { CloudWatchClient, paginateDescribeAlarms, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DeleteStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { bootstrap, Engine, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { eventually, Queues } from '../support/queues';
import { EndedRun, Runs } from '../support/runs';

jest.setTimeout(180_000);

/** What the function does in an attempt. */
interface Attempt { readonly seconds?: number; readonly error?: string; readonly kilobytes?: number }

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const RUN_BEFORE = 'this time, or a later one, was run before';
const ON_ITS_WAY = 'another run is on its way';

let engine: Engine;
let outputs: Record<string, string>;
let runs: Runs;
let queues: Queues;
let table: DynamoDBDocumentClient;
/** Runs of Nightly that succeeded. */
let successes = 0;
let last = 0;

beforeAll(async () => {
  engine = await startEngine();
  await bootstrap(engine);
  const AT = new Date(Date.now() + 30_000).toISOString();
  outputs = await deploy(engine, join(__dirname, 'apps/scheduled-job.ts'), 'Jobs', { AT });
  await new SFNClient(engine.client).send(new DeleteStateMachineCommand({ stateMachineArn: outputs.LostArn }));
  runs = new Runs(engine);
  queues = new Queues(engine);
  table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
});
afterAll(stopAll);

/** A time later than all others. */
const nextTime = () => new Date(Date.parse('2026-01-01T03:00:00Z') + ++last * 3_600_000).toISOString();
const plan = (time: string, attempts: Attempt[]) =>
  table.send(new PutCommand({ TableName: outputs.TableName, Item: { job: 'Nightly', time, plan: attempts, calls: [] } }));
const calls = async (time: string, job = 'Nightly') => {
  const { Item } = await table.send(new GetCommand({ TableName: outputs.TableName, Key: { job, time }, ConsistentRead: true }));
  return (Item?.calls ?? []).map((call: string) => JSON.parse(call));
};
const called = (time: string) => eventually(`a call for ${time}`, async () => (await calls(time)).length > 0);
const start = (scheduledTime: string, more: object = {}) => runs.start(outputs.NightlyArn, { scheduledTime, ...more });
const counted = (run: EndedRun) => {
  if (run.status === 'SUCCEEDED' && !run.output?.skipped) successes++;
  return run;
};
const run = async (scheduledTime: string, more: object = {}) => counted(await runs.ended(await start(scheduledTime, more)));
const skipped = (why: string) => expect.objectContaining({ status: 'SUCCEEDED', output: { skipped: why } });
const ran = (made = 1) => expect.objectContaining({ status: 'SUCCEEDED', output: { made } });

test('a run: the function gets time, execution and input, and what it returns is the output', async () => {
  const time = nextTime();
  const done = await run(time.replace('.000Z', 'Z'));
  expect(done).toEqual(ran());
  expect(await calls(time)).toEqual([{ scheduledTime: time, run: done.arn, input: { job: 'Nightly', of: { letters: ['a'] } } }]);
});

describe('fault 83: two runs at once', () => {
  test('of one time, started at the same moment: one runs, each time', async () => {
    for (let round = 0; round < 5; round++) {
      const time = nextTime();
      const all = await Promise.all(Array.from({ length: 6 }, () => run(time)));
      expect(await calls(time)).toHaveLength(1);
      expect(all.filter(({ output }) => output.made === 1)).toHaveLength(1);
      expect(all.filter(({ output }) => output.skipped === RUN_BEFORE)).toHaveLength(5);
    }
  });

  test('of one time, delivered again later, or of an earlier time: nothing runs', async () => {
    const [before, time] = [nextTime(), nextTime()];
    expect(await run(time)).toEqual(ran());
    expect(await run(time)).toEqual(skipped(RUN_BEFORE));
    expect(await run(before)).toEqual(skipped(RUN_BEFORE));
    expect([await calls(before), await calls(time)]).toEqual([[], [expect.anything()]]);
  });

  test('the next one comes while a run is on its way: it is skipped, and the one after it runs', async () => {
    const [time, next, after] = [nextTime(), nextTime(), nextTime()];
    await plan(time, [{ seconds: 3 }]);
    const first = await start(time);
    await called(time);
    expect(await run(next)).toEqual(skipped(ON_ITS_WAY));
    expect(await run(next, { force: true })).toEqual(skipped(ON_ITS_WAY));
    expect(counted(await runs.ended(first))).toEqual(ran());
    expect(await run(after)).toEqual(ran());
    expect(await calls(next)).toEqual([]);
  });
});

describe('by hand', () => {
  test('an earlier time, with force: runs, and what was run before stays so', async () => {
    const [before, time] = [nextTime(), nextTime()];
    expect(await run(time)).toEqual(ran());
    expect(await run(before, { force: true })).toEqual(ran());
    expect(await run(time, { force: true })).toEqual(ran(2));
    expect(await run(time)).toEqual(skipped(RUN_BEFORE));
  });

  test('without a time: is for now, and takes no time from the schedule', async () => {
    const { output, arn } = counted(await runs.run(outputs.NightlyArn, {}));
    expect(output).toEqual({ made: 1 });
    const { Items = [] } = await table.send(new QueryCommand({
      TableName: outputs.TableName, KeyConditionExpression: 'job = :it', ExpressionAttributeValues: { ':it': 'Nightly' },
    }));
    const { time } = Items.find((item) => item.calls.some((call: string) => JSON.parse(call).run === arn))!;
    expect(time).toMatch(TIME);
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    expect(await run(nextTime())).toEqual(ran());
  });

  test('a time in another zone is the same time', async () => {
    const time = nextTime();
    expect(await run(time)).toEqual(ran());
    const elsewhere = new Date(Date.parse(time) + 7_200_000).toISOString().replace('Z', '+02:00');
    expect(await run(elsewhere)).toEqual(skipped(RUN_BEFORE));
  });

  test('a time in the future, or none at all, fails and takes nothing', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString();
    expect(await run(future)).toMatchObject({ status: 'FAILED', error: 'ScheduledTimeInFuture', cause: expect.stringContaining(future) });
    expect(await run('at noon')).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(await run(nextTime())).toEqual(ran());
  });
});

describe('a function that fails', () => {
  test('and then does not: is tried again with the same event', async () => {
    const time = nextTime();
    await plan(time, [{ error: 'Busy' }, { error: 'Busy' }, {}]);
    const done = await run(time);
    expect(done).toEqual(ran(3));
    expect(await calls(time)).toEqual(Array(3).fill(expect.objectContaining({ scheduledTime: time, run: done.arn })));
  });

  test('for good: the run fails with its error, and the next one runs', async () => {
    const time = nextTime();
    await plan(time, [{ error: 'Broken' }]);
    expect(await run(time)).toMatchObject({ status: 'FAILED', error: 'Broken', cause: expect.stringContaining('as planned') });
    expect(await calls(time)).toHaveLength(3);
    expect(await run(nextTime())).toEqual(ran());
  });

  test('by an answer that is too large: the run fails, and the next one runs', async () => {
    const time = nextTime();
    await plan(time, [{ kilobytes: 300 }]);
    expect(await run(time)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(await run(nextTime())).toEqual(ran());
  });

  test('is heard of', async () => {
    const cloudwatch = new CloudWatchClient(engine.client);
    const alarms = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch }, {})) alarms.push(...MetricAlarms);
    const Dimensions = [{ Name: 'StateMachineArn', Value: outputs.NightlyArn }];
    const own = alarms.filter(({ Dimensions: [{ Value }] = [{}] }) => Value === outputs.NightlyArn);
    const [failed, ...others] = own.filter(({ MetricName }) => MetricName === 'ExecutionsFailed');
    expect([failed, others]).toMatchObject([{ Namespace: 'AWS/States', Dimensions }, []]);
    const heard = queues.take(outputs.ToldUrl, ({ Message }) => JSON.parse(Message).AlarmName === failed.AlarmName);
    // the engine emits no metrics of services: the alarm is given one with the dimensions that it names
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: failed.Namespace, MetricData: [{ MetricName: 'ExecutionsFailed', Dimensions, Value: 1 }] }));
    expect(JSON.parse((await heard).json.Message).NewStateValue).toBe('ALARM');
  });
});

test('a run that somebody stops keeps its lease until that runs out', async () => {
  const [time, next, after] = [nextTime(), nextTime(), nextTime()];
  await plan(time, [{ seconds: 3 }]);
  const first = await start(time);
  await called(time);
  await runs.stop(first);
  expect(await run(next)).toEqual(skipped(ON_ITS_WAY));
  const lease = await leaseOf(first);
  const seconds = (lease.item.heldUntil - Date.now()) / 1000;
  expect(seconds).toBeGreaterThan(9 * 20); // nine attempts of 20 seconds, and what is between them
  expect(seconds).toBeLessThan(9 * 20 + 15 + 63 + 211);
  await table.send(new UpdateCommand({
    TableName: lease.TableName, Key: { id: 'lease' }, UpdateExpression: 'SET heldUntil = :past', ExpressionAttributeValues: { ':past': Date.now() - 1 },
  }));
  expect(await run(after)).toEqual(ran());
});

/** The lease that an execution has. */
async function leaseOf(execution: string) {
  const { TableNames = [] } = await new DynamoDBClient(engine.client).send(new ListTablesCommand({}));
  for (const TableName of TableNames.filter((name) => name.includes('Lease'))) {
    const { Items: [item] = [] } = await table.send(new ScanCommand({ TableName }));
    if (item?.holder === execution) return { TableName, item };
  }
  throw new Error(`${execution} has no lease`);
}

test('where runs may overlap, one time runs as often as it is delivered', async () => {
  const time = nextTime();
  const both = await Promise.all([1, 2].map(() => runs.run(outputs.OverlappingArn, { scheduledTime: time })));
  expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(await calls(time, 'Overlapping')).toHaveLength(2);
});

describe('its schedule', () => {
  const executions = async (stateMachineArn: string) => {
    const { executions: found = [] } = await new SFNClient(engine.client).send(new ListExecutionsCommand({ stateMachineArn }));
    return found;
  };

  test('starts a run, through an alias and under a customer-managed key, for the time that it says', async () => {
    const [{ executionArn }] = await eventually('a run', async () => {
      const found = await executions(outputs.FiringArn);
      return found.length > 0 && found;
    }, 60);
    expect(await runs.ended(executionArn!)).toEqual(ran());
    const { Items: [item] = [] } = await table.send(new QueryCommand({
      TableName: outputs.TableName, KeyConditionExpression: 'job = :it', ExpressionAttributeValues: { ':it': 'Firing' },
    }));
    expect(item.time).toMatch(TIME);
    expect(JSON.parse(item.calls[0])).toEqual({ scheduledTime: item.time, run: executionArn, input: { job: 'Firing' } });
    expect(await runs.run(outputs.FiringArn, { scheduledTime: item.time })).toEqual(skipped(RUN_BEFORE));
  });

  test('leaves what it cannot start in the dead letters', async () => {
    const { json } = await queues.take(outputs.LostDeadLetters);
    expect(json).toEqual({ scheduledTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) });
  });

  test('that is switched off starts nothing', async () => {
    expect(await executions(outputs.OffArn)).toEqual([]);
  });
});

test('runs that succeeded are counted where that is asked for, and no others', async () => {
  expect(successes).toBeGreaterThan(15);
  expect(await runs.counted('ScheduledRunSucceeded', outputs.NightlyArn)).toBe(successes);
  expect(await runs.counted('ScheduledRunSucceeded', outputs.FiringArn)).toBe(0);
});
