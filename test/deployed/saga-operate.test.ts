/** Deployed sagas in the hands of those who start and repair them. */
import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { CloudWatchClient, Dimension, paginateDescribeAlarms, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeStateMachineCommand, ListExecutionsCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Engine, localPython } from '../../tools/local-aws/engine';
import { run as runCommand, stopAll } from '../../tools/process';
import { Attempt, Outcome } from '../patterns/saga/proof/outcomes';
import { root } from '../support/examples';
import { eventually, Queues } from '../support/queues';
import { deployedSagas, Plan, Run, Sagas } from '../support/sagas';

jest.setTimeout(180_000);

const TYPE_ERROR: Outcome = [{ effect: true, error: 'TypeError' }];
const BROKEN: Outcome = [{ error: 'Broken' }];
/** Fails in all attempts of an execution, and not after it. */
const REPAIRED: Outcome = [...Array<Attempt>(11).fill({ error: 'Broken' }), { effect: true }];

let engine: Engine;
let outputs: Record<string, string>;
let sagas: Sagas;
let queues: Queues;
let sfn: SFNClient;

beforeAll(async () => {
  ({ engine, outputs, sagas, queues } = await deployedSagas('saga', 'Sagas'));
  sfn = new SFNClient(engine.client);
});
afterAll(stopAll);

const execute = (saga: string, plan?: Plan) => sagas.run(outputs[`${saga}Arn`], plan);
const effects = ({ items }: Run) => items.map(({ step }) => step).sort();

describe('fault 63: the README\'s command', () => {
  /** As it is written there, but that version 1 of the AWS CLI asks SQS at its old address. */
  async function repair(saga: string): Promise<string> {
    const [, command] = /^```sh replay\n(.*?)^```/ms.exec(readFileSync(join(root, 'src/patterns/saga/README.md'), 'utf8'))!;
    const aws = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n';
    return runCommand('the README\'s command', 'bash', ['-c', aws + command], 60, {
      env: { ...engine.env, PATH: `${dirname(await localPython())}:${process.env.PATH}`, FAILED_COMPENSATIONS: outputs[`${saga}Failed`] },
    });
  }

  test('undoes what functions failed to undo before their repair', async () => {
    const plan = { 'action B': TYPE_ERROR, 'compensation A': REPAIRED, 'compensation B': REPAIRED };
    const failed = await execute('Linear', plan);
    expect(failed.end).toBe('CompensationFailed');
    expect(effects(failed)).toEqual(['A', 'B']);
    await repair('Linear');
    const now = await sagas.ended(failed.arn);
    expect(effects(now)).toEqual([]);
    expect(await queues.count(outputs.LinearFailed)).toBe(0);
    for (const { state, event: { compensationError, ...event } } of now.calls.slice(-2)) {
      expect(compensationError.Error).toBe('Broken');
      expect(event.idempotencyKey).toBe(failed.calls.find((call) => call.state === state)!.event.idempotencyKey);
    }
  });

  test('keeps the message when the function still fails', async () => {
    const failed = await execute('Compensated', { 'action B': TYPE_ERROR, 'compensation A': BROKEN });
    expect(await repair('Compensated')).toMatch(/^not undone by arn:.*"step": ?"A".*"errorType": ?"Broken"/);
    const now = await sagas.ended(failed.arn);
    expect(now.states).toEqual([...failed.states, 'Undo A']);
    expect(effects(now)).toEqual(['A']);
    expect(await queues.count(outputs.CompensatedFailed)).toBe(1);
  });

  test('keeps what no function can undo', async () => {
    const failed = await execute('Linear', { 'action C': TYPE_ERROR });
    expect(await repair('Linear')).toMatch(/^not undone by None: .*"step": ?"C"/);
    expect((await sagas.ended(failed.arn)).states).toEqual(failed.states);
    expect(await queues.count(outputs.LinearFailed)).toBe(1);
  });
});

describe('fault 67: an execution that nothing can catch is kept', () => {
  const uncaught = (saga: string) => queues.takeAll(outputs[`${saga}Uncaught`]);
  const arrived = async (saga: string) => {
    await eventually('the event', async () => await queues.count(outputs[`${saga}Uncaught`]) > 0);
    const [event, ...others] = await uncaught(saga);
    expect(others).toEqual([]);
    return event.json;
  };

  test('not one that was undone, nor one of which something is parked', async () => {
    expect((await execute('Grouped', { 'action F': TYPE_ERROR })).end).toBe('SagaFailed');
    expect((await execute('Grouped', { 'action F': TYPE_ERROR, 'compensation F': BROKEN })).end).toBe('CompensationFailed');
    // events come in order: the last test of this group sees that none was there
  });

  test('aborted: nothing is undone', async () => {
    const executionArn = await sagas.start(outputs.GroupedArn, { 'action F': [{ effect: true, error: 'Sandbox.Timedout' }] });
    await eventually('the last step', async () => (await sagas.calls(executionArn)).some(({ state }) => state === 'F'));
    await sagas.runs.stop(executionArn);
    const { source, detail } = await arrived('Grouped');
    const run = await sagas.ended(executionArn);
    expect(source).toBe('aws.states');
    expect(detail).toMatchObject({ status: 'ABORTED', executionArn, stateMachineArn: outputs.GroupedArn });
    expect(JSON.parse(detail.input)).toEqual(run.input);
    expect(run.end).toBe('ABORTED');
    expect(effects(run)).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    expect(run.states.filter((state) => state.startsWith('Undo'))).toEqual([]);
  });

  const PASS = JSON.stringify({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', Parameters: { 'it.$': '$.nowhere' }, End: true } } });
  const WAIT = JSON.stringify({ StartAt: 'Wait', TimeoutSeconds: 1, States: { Wait: { Type: 'Wait', Seconds: 500, End: true } } });

  test.each<[what: string, change: (definition: string) => string, plan: Plan, expected: object]>([
    ['timed out', () => WAIT, {}, { status: 'TIMED_OUT' }],
    ['ended by a path that leads nowhere', () => PASS, {}, { status: 'FAILED', error: 'States.Runtime' }],
    ['in which nothing could be parked', (definition) => definition.replaceAll(outputs.GroupedFailed, `${outputs.GroupedFailed}-gone`),
      { 'action A': TYPE_ERROR, 'compensation A': BROKEN }, { status: 'FAILED', error: 'ParkingFailed' }],
  ])('%s', async (_, change, plan, expected) => {
    const stateMachineArn = outputs.GroupedArn;
    const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: change(definition!) }));
    const executionArn = await sagas.start(stateMachineArn, plan);
    await sagas.ended(executionArn);
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
    const { detail } = await arrived('Grouped');
    expect(detail).toMatchObject({ ...expected, executionArn });
    expect(JSON.parse(detail.input).plan).toEqual(plan);
  });
});

describe('a saga that is started by messages', () => {
  const message = (orderId: unknown, more = {}) => queues.send(outputs.OrdersUrl, { detail: { orderId, plan: {}, ...more } });
  const executionOf = (orderId: string) => `${outputs.LinearArn.replace(':stateMachine:', ':execution:')}:${orderId}`;
  const executions = async (orderId: string) => {
    const { executions: all = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: outputs.LinearArn }));
    return all.filter(({ name }) => name === orderId);
  };
  const worked = () => eventually('the end of the messages', async () => await queues.count(outputs.OrdersUrl) === 0);

  test('fault 73: is run once for an order, however often its message comes', async () => {
    await Promise.all([message('order-1'), message('order-1'), message('order-1', { again: true })]);
    expect(await sagas.ended(executionOf('order-1'))).toMatchObject({ end: 'Succeeded', states: ['A', 'B', 'C'] });
    await worked();
    await message('order-1');
    await message('order-2');
    expect(await sagas.ended(executionOf('order-2'))).toMatchObject({ end: 'Succeeded', input: { orderId: 'order-2', plan: {} } });
    await worked();
    expect(await executions('order-1')).toHaveLength(1);
    expect((await sagas.ended(executionOf('order-1'))).states).toEqual(['A', 'B', 'C']);
    expect(await queues.count(outputs.NotStartedUrl)).toBe(0);
  });

  test('a message without an id ends in the dead letters', async () => {
    const quick = { VisibilityTimeout: '1' }; // of 3 minutes
    await new SQSClient(engine.client).send(new SetQueueAttributesCommand({ QueueUrl: outputs.OrdersUrl, Attributes: quick }));
    await Promise.all([message(undefined, { of: 'nobody' }), message('order-3')]);
    expect((await queues.take(outputs.NotStartedUrl)).json.detail).toEqual({ of: 'nobody', plan: {} });
    expect((await sagas.ended(executionOf('order-3'))).end).toBe('Succeeded');
  });
});

describe('its alarms', () => {
  const nameOf = (queueUrl: string) => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);

  test.each<[what: string, namespace: string, metric: string, dimension: () => Dimension]>([
    ['a parked compensation', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', () => ({ Name: 'QueueName', Value: nameOf(outputs.LinearFailed) })],
    ['an execution that nothing caught', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', () => ({ Name: 'QueueName', Value: nameOf(outputs.LinearUncaught) })],
    ['an aborted execution', 'AWS/States', 'ExecutionsAborted', () => ({ Name: 'StateMachineArn', Value: outputs.LinearArn })],
    ['an execution that timed out', 'AWS/States', 'ExecutionsTimedOut', () => ({ Name: 'StateMachineArn', Value: outputs.LinearArn })],
    ['an execution that was undone', 'CdkServerlessPatterns', 'SagaCompensated', () => ({ Name: 'StateMachineArn', Value: outputs.LinearArn })],
  ])('%s is heard', async (_, Namespace, MetricName, dimension) => {
    const cloudwatch = new CloudWatchClient(engine.client);
    const all = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch }, {})) all.push(...MetricAlarms);
    const own = all.filter((one) => one.MetricName === MetricName && one.Dimensions?.[0].Value === dimension().Value);
    expect(own).toMatchObject([{ Namespace, Dimensions: [dimension()] }]);
    const { AlarmName, Dimensions } = own[0];
    const heard = queues.take(outputs.ToldUrl, ({ Message }) => JSON.parse(Message).AlarmName === AlarmName);
    // the engine emits no metrics of services: their alarms are given one with the dimensions that they name
    if (Namespace.startsWith('AWS/')) {
      await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName, Dimensions, Value: 1, Unit: 'Count' }] }));
    } else {
      expect((await execute('Linear', { 'action A': TYPE_ERROR })).end).toBe('SagaFailed');
    }
    expect(JSON.parse((await heard).json.Message).NewStateValue).toBe('ALARM');
  });
});
