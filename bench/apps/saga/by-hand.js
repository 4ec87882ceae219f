// The same guarantees with plain L2 constructs, as someone who knows them would write it.
const { Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const cloudwatch = require('aws-cdk-lib/aws-cloudwatch');
const events = require('aws-cdk-lib/aws-events');
const targets = require('aws-cdk-lib/aws-events-targets');
const logs = require('aws-cdk-lib/aws-logs');
const sqs = require('aws-cdk-lib/aws-sqs');
const sfn = require('aws-cdk-lib/aws-stepfunctions');
const tasks = require('aws-cdk-lib/aws-stepfunctions-tasks');
const { sagas } = require('./sagas');

const THROTTLED = [
  'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException',
];
const CUT_OFF = ['States.Timeout', 'States.HeartbeatTimeout', 'Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError'];
const { stringAt, objectAt, hash, format, jsonToString, DISCARD } = sfn.JsonPath;

const retry = (errors, maxAttempts, interval, maxDelay) => ({
  errors, maxAttempts, interval: Duration.seconds(interval), maxDelay: Duration.seconds(maxDelay), backoffRate: 2, jitterStrategy: sfn.JitterType.FULL,
});
const secondsOf = (seconds) => sfn.Timeout.duration(Duration.seconds(seconds));
const key = (name, kind) => hash(format(`{}/${name}/${kind}`, stringAt('$$.Execution.Id')), 'SHA-256');
const payloadOf = (name, kind) => ({
  step: name,
  execution: stringAt('$$.Execution.Id'),
  idempotencyKey: key(name, kind),
  ...kind === 'compensation' && { actionKey: key(name, 'action'), error: objectAt('$.error') },
  input: objectAt('$$.Execution.Input'),
  results: objectAt('$.results'),
});

/** States.ALL has not the first. */
const catchAll = (state, handler, resultPath) => state
  .addCatch(handler, { errors: ['States.DataLimitExceeded'], resultPath })
  .addCatch(handler, { errors: ['States.ALL'], resultPath });

const invoke = (scope, id, lambdaFunction, name, kind, result) => new tasks.LambdaInvoke(scope, id, {
  lambdaFunction,
  payload: sfn.TaskInput.fromObject(payloadOf(name, kind)),
  taskTimeout: secondsOf(30),
  retryOnServiceExceptions: false,
  ...result,
});

const count = (scope, id, metricName, next) => {
  const task = new tasks.CallAwsService(scope, id, {
    service: 'cloudwatch',
    action: 'putMetricData',
    parameters: {
      Namespace: 'Shop',
      MetricData: [{ MetricName: metricName, Value: 1, Unit: 'Count', Dimensions: [{ Name: 'StateMachineArn', Value: stringAt('$$.StateMachine.Id') }] }],
    },
    iamAction: 'cloudwatch:PutMetricData',
    iamResources: ['*'],
    taskTimeout: secondsOf(10),
    resultPath: DISCARD,
  });
  catchAll(task.addRetry(retry(['States.ALL'], 3, 1, 10)), next, DISCARD).next(next);
  return task;
};

const alarm = (scope, id, metric, meaning) => new cloudwatch.Alarm(scope, id, {
  metric,
  threshold: 1,
  evaluationPeriods: 1,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  alarmDescription: `${meaning}. What to do: https://wiki.example.com/sagas`,
});

const watchedQueue = (scope, id, meaning) => {
  const queue = new sqs.Queue(scope, id, { retentionPeriod: Duration.days(14), enforceSSL: true });
  alarm(scope, `${id}Alarm`, queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }), meaning);
  return queue;
};

/** How an execution ends that failed. */
function endOf(scope, steps) {
  const fail = (id, error) => new sfn.Fail(scope, id, { error, causePath: '$.cause' });
  const anyOf = (kind) => sfn.Condition.or(...steps.map(({ name }) => sfn.Condition.isPresent(`$.error.${kind}.${name}`)));
  const report = new sfn.Pass(scope, 'Report failure', { parameters: { error: objectAt('$.error'), cause: jsonToString(objectAt('$.error')) } });
  report.next(new sfn.Choice(scope, 'All undone?')
    .when(anyOf('lost'), fail('Parking failed', 'ParkingFailed'))
    .when(anyOf('parked'), count(scope, 'Count compensation failed', 'CompensationFailed', fail('Compensation failed', 'CompensationFailed')))
    .otherwise(count(scope, 'Count compensated', 'Compensated', fail('Saga failed', 'SagaFailed'))));
  return report;
}

sagas((scope, steps) => {
  const failed = watchedQueue(scope, 'FailedCompensations', 'Compensations failed');
  const uncaught = watchedQueue(scope, 'UncaughtExecutions', 'Executions ended without compensation');

  let back = endOf(scope, steps);
  const forward = new sfn.Pass(scope, 'Begin', { result: sfn.Result.fromObject({ results: {}, error: { unknown: {}, parked: {}, lost: {} } }) });
  let last = forward;
  for (const { name, action, compensation } of steps) {
    const undo = invoke(scope, `Undo ${name}`, compensation, name, 'compensation', { resultPath: DISCARD });
    const park = new tasks.SqsSendMessage(scope, `Park ${name}`, {
      queue: failed,
      messageBody: sfn.TaskInput.fromObject({ ...payloadOf(name, 'compensation'), compensationError: objectAt(`$.error.parked.${name}`), function: compensation.functionArn }),
      taskTimeout: secondsOf(60),
      resultPath: DISCARD,
    });
    catchAll(park.addRetry(retry(['States.ALL'], 10, 2, 300)), back, `$.error.lost.${name}`).next(back);
    catchAll(undo.addRetry(retry(['States.ALL'], 10, 2, 300)), park, `$.error.parked.${name}`).next(back);
    back = undo;
    const state = invoke(scope, name, action, name, 'action', { resultSelector: { value: objectAt('$.Payload') }, resultPath: `$.results.${name}` });
    state.addRetry(retry(THROTTLED, 6, 1, 30)).addRetry(retry(CUT_OFF, 2, 2, 30));
    last = last.next(catchAll(state, undo, `$.error.unknown.${name}`));
  }
  last.next(new sfn.Pass(scope, 'Complete', { parameters: { input: objectAt('$$.Execution.Input'), results: objectAt('$.results') } }));

  const machine = new sfn.StateMachine(scope, 'Machine', {
    definitionBody: sfn.DefinitionBody.fromChainable(forward),
    timeout: Duration.hours(2 * steps.length), // more than all retries there and back
    tracingEnabled: true,
    logs: {
      destination: new logs.LogGroup(scope, 'Logs', {
        logGroupName: `/aws/vendedlogs/states/${Stack.of(scope).stackName}-${scope.node.id}`,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: sfn.LogLevel.ERROR,
      includeExecutionData: false,
    },
  });
  new events.Rule(scope, 'Uncaught', {
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [machine.stateMachineArn],
        $or: [
          { status: ['TIMED_OUT', 'ABORTED'] },
          { status: ['FAILED'], error: [{ 'anything-but': ['SagaFailed', 'CompensationFailed'] }] },
          { status: ['FAILED'], error: [{ exists: false }] },
        ],
      },
    },
    targets: [new targets.SqsQueue(uncaught, { retryAttempts: 185, maxEventAge: Duration.hours(24) })],
  });
  alarm(scope, 'Aborted', machine.metricAborted(), 'Executions were aborted');
  alarm(scope, 'TimedOut', machine.metricTimedOut(), 'Executions timed out');
});
