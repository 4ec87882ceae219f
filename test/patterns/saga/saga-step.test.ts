import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ISagaTask, Saga, SagaActionOptions, SagaProps, SagaRetry, SagaStep, SagaStepOptions, SagaTaskContext } from '../../../src';
import { resolvedResources } from '../../support/resolved-template';
import { aFunction, importedFunction, newStack, propertiesOf } from '../../support/stacks';

type Make = (scope: Construct, context: SagaTaskContext) => sfn.TaskStateBase;
const task = (bind: Make): ISagaTask => ({ bind });
const pass = task((scope, { payload }) => new tasks.SqsSendMessage(scope, 'Task', { queue: sqs.Queue.fromQueueArn(scope, 'Queue', 'arn:aws:sqs:us-east-1:111122223333:q'), messageBody: payload }));
const step = (name: string, options: SagaStepOptions = {}) => SagaStep.of(name, pass, pass, options);
const pivot = (name: string) => SagaStep.withoutCompensation(name, pass, 'nothing undoes it');

/** The states of a saga of these steps. */
const statesOf = (steps: SagaStep[] | ((stack: Stack) => SagaStep[]), props: Partial<SagaProps> = {}) => {
  const stack = newStack();
  return JSON.parse(new Saga(stack, 'Saga', { steps: Array.isArray(steps) ? steps : steps(stack), ...props }).definition).States;
};
const failing = (...args: Parameters<typeof statesOf>) => () => statesOf(...args);
const invoke = (stack: Stack, options: SagaStepOptions = {}, timeout = Duration.seconds(20)) => [
  SagaStep.invoke('Do', aFunction(stack, 'Action', { timeout }), aFunction(stack, 'Compensation', { timeout }), options),
];

describe('bad input is an error at synthesis', () => {
  test('no steps', () => {
    expect(failing([])).toThrow('\'steps\' must be at least one, got 0');
    expect(() => SagaStep.sequence()).toThrow('\'steps\' must be at least one, got 0');
  });

  test.each(['', ' ', 'With space', '1st', 'a-b', 'a.b', 'ü', '_a', 'a'.repeat(61)])('the name %j', (name) => {
    const message = `'name' must be letters, digits and underscores, at first a letter, at most 60, got '${name}'`;
    expect(() => step(name)).toThrow(message);
    expect(() => SagaStep.parallel(name, step('A'), step('B'))).toThrow(message);
  });

  test('the same name twice, also in branches, and that of a group', () => {
    const message = '\'name\' must be that of one step only, also over all branches, got \'A\'';
    expect(failing([step('A'), step('A')])).toThrow(message);
    expect(failing([step('A'), SagaStep.parallel('G', step('B'), SagaStep.sequence(step('C'), step('A')))])).toThrow(message);
    expect(failing([SagaStep.parallel('A', step('A'), step('B'))])).toThrow(message);
  });

  test('names that differ are none, and one of 60 characters is none', () => {
    expect(statesOf([step('a'.repeat(60)), step('A')])).toHaveProperty(['Park A']);
  });

  test.each<[string, () => SagaStep[]]>([
    ['before another', () => [pivot('Early'), step('Late')]],
    ['in a branch', () => [SagaStep.parallel('G', pivot('Early'), step('B'))]],
    ['before another without', () => [pivot('Early'), pivot('Late')]],
  ])('a step without compensation %s', (_, steps) => {
    expect(failing(steps())).toThrow('\'steps\' must have a step without compensation at the end only, where nothing can fail after it '
      + '(give it a compensation; or say by readOnly why it has no effect), got \'Early\'');
  });

  test.each([0, 1, 11])('a group of %d branches', (count) => {
    expect(() => SagaStep.parallel('G', ...Array.from({ length: count }, (_, n) => step(`S${n}`)))).toThrow(`'branches' must be 2 to 10, got ${count}`);
  });

  test.each([2, 10])('a group of %d branches is none', (count) => {
    const states = statesOf([SagaStep.parallel('G', ...Array.from({ length: count }, (_, n) => step(`S${n}`)))]);
    expect(states.G.Branches).toHaveLength(count);
  });

  test('a task in place of a function, and a function in place of a task', () => {
    const fn: any = aFunction(newStack());
    expect(() => SagaStep.invoke('A', fn, pass as any)).toThrow('\'compensation\' must be a function (SagaStep.of takes tasks), got');
    expect(() => SagaStep.of('A', fn, pass)).toThrow('\'action\' must be a task (SagaTask.invoke makes one of a function), got');
    expect(() => SagaStep.withoutCompensation('A', fn, 'last')).toThrow('\'action\' must be a task (SagaTask.invoke makes one of a function), got');
  });

  test('no reason', () => {
    expect(() => SagaStep.withoutCompensation('A', pass, ' ')).toThrow('\'reason\' must say why there is no compensation, got \' \'');
    expect(() => SagaStep.readOnly('A', pass, '')).toThrow('\'reason\' must say why there is nothing to undo, got \'\'');
  });

  test.each<[SagaRetry, string]>([
    [{ maxAttempts: -1 }, '\'maxAttempts\' must be a whole number between 0 and 100, got -1'],
    [{ maxAttempts: 101 }, '\'maxAttempts\' must be a whole number between 0 and 100, got 101'],
    [{ maxAttempts: 1.5 }, '\'maxAttempts\' must be a whole number between 0 and 100, got 1.5'],
    [{ interval: Duration.millis(500) }, '\'interval\' must be a whole number between 1 and 31536000 seconds, got 0.5'],
    [{ interval: Duration.seconds(30) }, '\'maxDelay\' must be longer than the interval, 30 seconds, got \'30 seconds\''],
    [{ interval: Duration.minutes(6) }, '\'maxDelay\' must be longer than the interval, 360 seconds, got \'30 seconds\''],
    [{ backoffRate: 0.9 }, '\'backoffRate\' must be at least 1, got 0.9'],
    [{ backoffRate: NaN }, '\'backoffRate\' must be at least 1, got NaN'],
    [{ errors: ['States.ALL'] }, '\'errors\' must have names of errors, none of States, without blanks and wildcards, got \'States.ALL\' (step A)'],
    [{ errors: ['Final'] }, '\'errors\' must not name an error that is final, got \'Final\''],
  ])('retries %j', (retry, message) => {
    expect(failing([step('A', { retry, finalErrors: ['Final'] })])).toThrow(message);
  });

  test('retries of a compensation by name: all its errors are tried again', () => {
    expect(failing([step('A', { compensationRetry: { errors: ['Busy'] } })]))
      .toThrow('\'errors\' must not be given for a compensation, of which all errors are tried again, got Busy');
    expect(failing([step('A', { compensationRetry: { interval: Duration.minutes(5) } })])).toThrow('\'maxDelay\' must be longer than the interval, 300 seconds');
  });

  test.each([
    'States.Timeout', 'States.ALL', 'States.TaskFailed', 'Lambda.Unknown', 'Runtime.ExitError', 'Function.ResponseSizeTooLarge', 'Error', 'Exception',
  ])('the final error %s', (name) => {
    expect(failing([step('A', { finalErrors: ['Own', name] })]))
      .toThrow(`'finalErrors' must name errors of your own: after any other it is not known what the function did, got '${name}'`);
  });

  test.each(['', ' Own', 'Own*'])('the final error %j, which matches nothing', (name) => {
    expect(failing([step('A', { finalErrors: [name] })]))
      .toThrow(`'finalErrors' must have names of errors, none of States, without blanks and wildcards, got '${name}' (step A)`);
  });

  test('nothing in place of a function or a task', () => {
    const nothing: any = undefined;
    expect(() => SagaStep.invoke('A', nothing, nothing)).toThrow('\'action\' must be a function (SagaStep.of takes tasks), got undefined');
    expect(() => SagaStep.of('A', pass, nothing)).toThrow('\'compensation\' must be a task (SagaTask.invoke makes one of a function), got undefined');
  });

  test.each([
    ['timeout', Duration.millis(1500), '\'timeout\' must be a whole number between 1 and 31536000 seconds, got 1.5'],
    ['compensationTimeout', Duration.days(366), '\'compensationTimeout\' must be a whole number between 1 and 31536000 seconds, got 31622400'],
  ])('%s %s', (prop, value, message) => {
    expect(failing([step('A', { [prop]: value })])).toThrow(message);
  });
});

describe('fault 66: a task that hangs', () => {
  test('is ended 10 seconds after the function should have ended itself', () => {
    const states = statesOf(invoke);
    expect([states.Do.TimeoutSeconds, states['Undo Do'].TimeoutSeconds]).toEqual([30, 30]);
  });

  test('behind an alias, too; of an imported function when Lambda would have ended any; another task after a minute', () => {
    const states = statesOf((stack) => {
      const fn = aFunction(stack, 'Fn', { timeout: Duration.minutes(2) });
      return [SagaStep.invoke('A', new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion }), importedFunction(stack)), step('B')];
    });
    expect(['A', 'Undo A', 'B', 'Undo B'].map((name) => states[name].TimeoutSeconds)).toEqual([130, 910, 60, 60]);
  });

  test('is ended by the user\'s wish, but not before the function', () => {
    const timeouts = { timeout: Duration.seconds(21), compensationTimeout: Duration.minutes(1) };
    const states = statesOf((stack) => invoke(stack, timeouts));
    expect([states.Do.TimeoutSeconds, states['Undo Do'].TimeoutSeconds]).toEqual([21, 60]);
    expect(failing((stack) => invoke(stack, { timeout: Duration.seconds(20) })))
      .toThrow('\'timeout\' of Do must be longer than the timeout of its function, 20 seconds, got \'20 seconds\'');
    expect(failing((stack) => invoke(stack, { compensationTimeout: Duration.seconds(5) })))
      .toThrow('\'compensationTimeout\' of Do must be longer than the timeout of its function, 20 seconds, got \'5 seconds\'');
  });
});

describe('the timeout of the machine', () => {
  /** One step of a minute without retries, its compensation with one, 10 seconds later, and parking. */
  const simple = () => [step('A', { retry: { maxAttempts: 0 }, compensationRetry: { maxAttempts: 1, interval: Duration.seconds(10) } })];
  const parking = 11 * 60 + (2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 300 + 300);
  const counting = 2 * (4 * 10 + 1 + 2 + 4);
  const longest = 60 + (2 * 60 + 10) + parking + counting;
  const timeoutOf = (steps: SagaStep[], timeout?: Duration) => JSON.parse(new Saga(newStack(), 'Saga', { steps, timeout }).definition).TimeoutSeconds;

  test('fault 67: holds all steps with all retries there and back, and a tenth more', () => {
    expect(timeoutOf(simple())).toBe(Math.ceil(longest * 1.1));
    expect(timeoutOf(simple(), Duration.seconds(longest))).toBe(longest);
  });

  test('is of the longest branch of a group', () => {
    const group = (...seconds: number[]) => [SagaStep.parallel('G', ...seconds.map((timeout, n) => SagaStep.readOnly(`S${n}`, pass, 'looks', {
      retry: { maxAttempts: 0 }, timeout: Duration.seconds(timeout),
    })))];
    const ends = 4 * 10 + 1 + 2 + 4; // it is counted as compensated
    expect(timeoutOf(group(100, 500, 300))).toBe(Math.ceil((500 + ends) * 1.1));
  });

  test('is refused when it cannot hold its steps', () => {
    expect(() => timeoutOf(simple(), Duration.seconds(longest - 1)))
      .toThrow('\'timeout\' must hold all steps with all retries, there and back:');
  });

  test('is asked for where a number is known at deployment only', () => {
    const stack = newStack();
    const unknown = new CfnParameter(stack, 'P', { type: 'Number' }).valueAsNumber;
    for (const [n, options] of [{ timeout: Duration.seconds(unknown) }, { retry: { maxAttempts: unknown } }].entries()) {
      const steps = [step('A', options)];
      expect(() => new Saga(stack, `Asked${n}`, { steps })).toThrow('\'timeout\' must be given where a number of a step is known at deployment only, got undefined');
      const { definition } = new Saga(stack, `Given${n}`, { steps, timeout: Duration.days(1) });
      expect([JSON.parse(definition).TimeoutSeconds, definition.includes('e+')]).toEqual([86_400, false]);
    }
  });

  test('is at most a year', () => {
    expect(failing([step('A', { timeout: Duration.days(364) })])).toThrow('\'steps\' must not take longer than a year with all retries');
  });

  test('fault 76: nor is the history longer than Step Functions keeps', () => {
    const long = (count: number) => Array.from({ length: count }, (_, n) => step(`S${n}`));
    expect(failing(long(253))).toThrow(/'steps' must not make more than the 25000 events that the history of an execution holds .*, got 2\d{4}/);
    expect(statesOf(long(240))).toHaveProperty('S239');
  });
});

describe('retries', () => {
  const retryOf = (options: SagaActionOptions) => statesOf([step('A', options)]).A.Retry;

  test('fault 68: of throttles, bounded, with full jitter and a cap', () => {
    const [throttles, cutOff, ...others] = retryOf({});
    expect(throttles).toEqual({
      ErrorEquals: expect.arrayContaining(['Lambda.TooManyRequestsException']), MaxAttempts: 6, IntervalSeconds: 1, MaxDelaySeconds: 30, BackoffRate: 2, JitterStrategy: 'FULL',
    });
    expect(cutOff).toMatchObject({ ErrorEquals: expect.arrayContaining(['States.Timeout', 'Sandbox.Timedout', 'Runtime.ExitError', 'Lambda.Unknown']), MaxAttempts: 2 });
    expect(others).toEqual([]);
  });

  test('as the user wants them, with errors of their own', () => {
    const retry = { maxAttempts: 9, interval: Duration.seconds(3), maxDelay: Duration.minutes(1), backoffRate: 1.5, errors: ['BankIsBusy'] };
    const [final, throttles, cutOff] = retryOf({ retry, finalErrors: ['CardDeclined'] });
    const wanted = { MaxAttempts: 9, IntervalSeconds: 3, MaxDelaySeconds: 60, BackoffRate: 1.5, JitterStrategy: 'FULL' };
    expect(final).toEqual({ ErrorEquals: ['CardDeclined'], MaxAttempts: 0 });
    expect([throttles, cutOff]).toEqual([expect.objectContaining(wanted), expect.objectContaining(wanted)]);
    expect([throttles.ErrorEquals.includes('BankIsBusy'), cutOff.ErrorEquals.includes('BankIsBusy')]).toEqual([true, false]);
  });

  test('of a compensation are of all errors, ten times', () => {
    expect(statesOf([step('A')])['Undo A'].Retry).toEqual([
      { ErrorEquals: ['States.ALL'], MaxAttempts: 10, IntervalSeconds: 2, MaxDelaySeconds: 300, BackoffRate: 2, JitterStrategy: 'FULL' },
    ]);
    expect(statesOf([step('A', { compensationRetry: { maxAttempts: 20 } })])['Undo A'].Retry[0].MaxAttempts).toBe(20);
  });
});

describe('a task of the user\'s own', () => {
  const bound = (make: Make, options: SagaActionOptions = {}, stack = newStack()) => {
    new Saga(stack, 'Saga', { steps: [SagaStep.of('Do', task(make), pass, options)] });
    const [{ properties }] = resolvedResources([stack]).filter(({ type }) => type === 'AWS::StepFunctions::StateMachine');
    return JSON.parse(properties.DefinitionString).States.Do;
  };
  const lambdaInvoke = (scope: Construct, props: Partial<tasks.LambdaInvokeProps> = {}) => new tasks.LambdaInvoke(scope, 'Task', {
    lambdaFunction: importedFunction(scope), retryOnServiceExceptions: false, ...props,
  });
  const putItem = (scope: Construct) => new tasks.DynamoPutItem(scope, 'Task', {
    table: dynamodb.Table.fromTableName(scope, 'Table', 'seats'), item: { seat: tasks.DynamoAttributeValue.fromString('1') },
  });

  test('keeps what it does, gets what a function gets, and has its permissions', () => {
    const stack = newStack();
    const queue = new sqs.Queue(stack, 'Queue');
    const state = bound((scope, { payload, timeout }) => new tasks.SqsSendMessage(scope, 'Task', { queue, messageBody: payload, taskTimeout: sfn.Timeout.duration(timeout) }), {}, stack);
    expect(state).toMatchObject({
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { MessageBody: { 'step': 'Do', 'execution.$': '$$.Execution.Id', 'input.$': '$$.Execution.Input', 'results.$': '$.results', 'idempotencyKey.$': expect.stringContaining('States.Hash') } },
      ResultSelector: { 'value.$': '$' },
      ResultPath: '$.results.Do',
      TimeoutSeconds: 60,
    });
    expect(Object.keys(state)).not.toContain('End');
    const statements = propertiesOf(stack, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements).toContainEqual(expect.objectContaining({ Action: 'sqs:SendMessage', Resource: stack.resolve(queue.queueArn) }));
  });

  test('has its parameters in an order of its own: maps of Java have none', () => {
    const item = (names: string[]): Make => (scope) => new tasks.DynamoPutItem(scope, 'Task', {
      table: dynamodb.Table.fromTableName(scope, 'Table', 'seats'),
      item: Object.fromEntries(names.map((name) => [name, tasks.DynamoAttributeValue.fromString(name)])),
    });
    expect(JSON.stringify(bound(item(['b', 'a'])))).toBe(JSON.stringify(bound(item(['a', 'b']))));
  });

  test('has keys as expressions for its own parameters', () => {
    const keys: Record<string, [string?, string?]> = {};
    const noting = (kind: string) => task((scope, context) => {
      keys[kind] = [context.idempotencyKey, context.actionKey];
      return pass.bind(scope, context);
    });
    const stack = newStack();
    new Saga(stack, 'Saga', { steps: [SagaStep.of('Do', noting('action'), noting('compensation'))] });
    const resolved = (key?: string) => sfn.FieldUtils.renderObject({ key })!['key.$'];
    const key = (kind: string) => `States.Hash(States.Format('{}/Do/${kind}', $$.Execution.Id), 'SHA-256')`;
    expect(keys.action.map((one) => one && resolved(one))).toEqual([key('action'), undefined]);
    expect(keys.compensation.map((one) => one && resolved(one))).toEqual([key('compensation'), key('action')]);
  });

  test.each<[string, Make, string]>([
    ['a result path', (scope) => lambdaInvoke(scope, { resultPath: '$.own' }), 'got \'ResultPath\''],
    ['a result selector: a path that leads nowhere cannot be caught', (scope) => lambdaInvoke(scope, { resultSelector: { 'x.$': '$.nowhere' } }), 'got \'ResultSelector\''],
    ['an output path', (scope) => lambdaInvoke(scope, { outputPath: '$.Payload' }), 'got \'OutputPath\''],
    ['an input path', (scope) => lambdaInvoke(scope, { inputPath: '$.x' }), 'got \'InputPath\''],
    ['retries of its own', (scope) => lambdaInvoke(scope, { retryOnServiceExceptions: true }), 'the saga sets the rest (LambdaInvoke has none with retryOnServiceExceptions: false), got \'Retry\''],
    ['JSONata', (scope) => tasks.LambdaInvoke.jsonata(scope, 'Task', { lambdaFunction: importedFunction(scope), retryOnServiceExceptions: false }), 'got \'QueryLanguage\''],
    ['a timeout of its own', (scope) => lambdaInvoke(scope, { taskTimeout: sfn.Timeout.duration(Duration.hours(1)) }),
      '\'bind\' must leave the timeout of the action of Do to the step, or take the context\'s, got 3600'],
    ['a next one', (scope) => {
      const first = putItem(scope);
      first.next(new sfn.Pass(scope, 'Next'));
      return first;
    }, '\'bind\' must return a single task for the action of Do, without a next one, got \'Task, Next\''],
  ])('is refused with %s', (_, make, message) => {
    expect(() => bound(make)).toThrow(message);
  });

  test('is asked for its timeout when it waits for work whose length only its user knows', () => {
    const job: Make = (scope, { payload, idempotencyKey }) => new tasks.StepFunctionsStartExecution(scope, 'Task', {
      stateMachine: sfn.StateMachine.fromStateMachineName(scope, 'Machine', 'packing'),
      input: payload,
      name: idempotencyKey,
      integrationPattern: sfn.IntegrationPattern.RUN_JOB,
    });
    expect(() => bound(job)).toThrow('\'timeout\' of Do must be given: its task waits for work whose length only you know, got undefined');
    expect(bound(job, { timeout: Duration.hours(1) })).toMatchObject({ TimeoutSeconds: 3600, ResultSelector: { 'value.$': '$.Output' }, Parameters: { 'Name.$': expect.stringContaining('States.Hash') } });
  });

  test('fault 75: is refused when it waits for a task token without a heartbeat', () => {
    const waiting = (heartbeat?: Duration): Make => (scope, { payload }) => new tasks.SqsSendMessage(scope, 'Task', {
      queue: new sqs.Queue(scope, 'Queue'),
      messageBody: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken, ...payload.value }),
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      heartbeatTimeout: heartbeat && sfn.Timeout.duration(heartbeat),
    });
    const timeout = Duration.minutes(5);
    expect(() => bound(waiting(), { timeout })).toThrow('\'bind\' must return a task with a heartbeatTimeout for the action of Do, which waits for a task token');
    expect(() => bound(waiting(timeout), { timeout }))
      .toThrow('\'bind\' must return a task whose heartbeatTimeout is shorter than the timeout of the action of Do, 300 seconds, got 300');
    expect(bound(waiting(Duration.seconds(30)), { timeout })).toMatchObject({ HeartbeatSeconds: 30, Parameters: { MessageBody: { 'token.$': '$$.Task.Token' } } });
  });

  test.each<[string, string, Make]>([
    ['DynamoDB.', 'DynamoDb.', putItem],
    ['DynamoDb.', 'DynamoDB.', (scope) => new tasks.CallAwsService(scope, 'Task', { service: 'dynamodb', action: 'putItem', iamResources: ['*'] })],
  ])('fault 79: has its errors of DynamoDB as Step Functions spells them: %s', (right, wrong, make) => {
    const name = 'ConditionalCheckFailedException';
    expect(bound(make, { finalErrors: [right + name] }).Catch[0]).toEqual({ ErrorEquals: [right + name], ResultPath: '$.error.failed.Do', Next: 'Report failure' });
    for (const misspelled of [wrong + name, name]) {
      expect(() => bound(make, { finalErrors: [misspelled] })).toThrow(`'finalErrors' must begin with '${right}' for this task, got '${misspelled}'`);
      expect(() => bound(make, { retry: { errors: [misspelled] } })).toThrow(`'errors' must begin with '${right}' for this task, got '${misspelled}'`);
    }
  });
});

test('a compensation that says that there is nothing to undo has undone', () => {
  const { 'Undo A': undo } = statesOf([step('A', { nothingToUndo: ['NotThere'] })]);
  expect(undo.Retry[0]).toEqual({ ErrorEquals: ['NotThere'], MaxAttempts: 0 });
  expect(undo.Catch[0]).toEqual({ ErrorEquals: ['NotThere'], ResultPath: null, Next: 'Report failure' });
  expect(failing([step('A', { nothingToUndo: ['Error'] })])).toThrow('\'nothingToUndo\' must name errors of your own');
});

test('why a step has no compensation stands in its state', () => {
  const states = statesOf([SagaStep.readOnly('Look', pass, 'it only looks'), step('Do'), pivot('Last')]);
  expect(['Look', 'Do', 'Last'].map((name) => states[name].Comment)).toEqual(['it only looks', undefined, 'nothing undoes it']);
});

test('a result that is not kept leaves a note that the step is done', () => {
  const states = statesOf((stack) => invoke(stack, { discardResult: true }));
  expect(states.Do).toMatchObject({ ResultSelector: { discarded: true }, ResultPath: '$.results.Do' });
});

test('fault 70: States.ALL stands alone and last, final errors first', () => {
  const names = (rules: any[]) => rules.map(({ ErrorEquals }) => ErrorEquals);
  const states = statesOf([step('A', { finalErrors: ['Final'] })]);
  expect(names(states.A.Catch)).toEqual([['Final'], ['States.DataLimitExceeded', 'Function.ResponseSizeTooLarge'], ['States.ALL']]);
  expect(names(states.A.Retry)[0]).toEqual(['Final']);
  for (const name of ['Undo A', 'Park A', 'Count compensated']) expect(names(states[name].Catch)).toEqual([['States.DataLimitExceeded'], ['States.ALL']]);
});

test('fault 71: a result that is too large is an unknown outcome, by the name of an error that States.ALL does not have', () => {
  const states = statesOf([step('A')]);
  expect(states.A.Catch[0]).toEqual({ ErrorEquals: expect.arrayContaining(['States.DataLimitExceeded']), ResultPath: '$.error.unknown.A', Next: 'Undo A' });
});

test('a step may be used in two sagas', () => {
  const stack = newStack();
  const steps = invoke(stack);
  const [one, two] = ['One', 'Two'].map((id) => new Saga(stack, id, { steps }));
  expect(one.definition).toBe(two.definition);
});
