// The same guarantees with plain L2 constructs, as someone who knows them would write it.
const { Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const cloudwatch = require('aws-cdk-lib/aws-cloudwatch');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const logs = require('aws-cdk-lib/aws-logs');
const scheduler = require('aws-cdk-lib/aws-scheduler');
const { StepFunctionsStartExecution } = require('aws-cdk-lib/aws-scheduler-targets');
const sqs = require('aws-cdk-lib/aws-sqs');
const sfn = require('aws-cdk-lib/aws-stepfunctions');
const tasks = require('aws-cdk-lib/aws-stepfunctions-tasks');
const { Construct } = require('constructs');
const { consumers } = require('../app');

const { fromString, numberFromString } = tasks.DynamoAttributeValue;
const ME = fromString('{% $states.context.Execution.Id %}');
const DUE = '$toMillis($scheduledTime)';
const REFUSED = 'DynamoDB.ConditionalCheckFailedException';
const NOT_REACHED = [
  'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException',
];
const TASK_SECONDS = 30; // the functions have 20
const LEASE_SECONDS = 9 * TASK_SECONDS + 76 + 6 * 30 + 31; // all attempts of the call with their waits, and those of taking the lease

const retry = (errors, maxAttempts, interval, maxDelay) => ({
  errors, maxAttempts, interval: Duration.seconds(interval), maxDelay: Duration.seconds(maxDelay), backoffRate: 2, jitterStrategy: sfn.JitterType.FULL,
});
const failed = { assign: { failure: '{% $states.errorOutput %}' } };

/** States.ALL has not the first. */
const catchAll = (state, handler, props) => state
  .addCatch(handler, { errors: ['States.DataLimitExceeded'], ...props })
  .addCatch(handler, { errors: ['States.ALL'], ...props });

const patient = (task) => task.addRetry({ errors: [REFUSED], maxAttempts: 0 }).addRetry(retry(['States.ALL'], 5, 1, 30));
const leaseTask = (table) => ({ table, key: { id: fromString('lease') }, taskTimeout: sfn.Timeout.duration(Duration.seconds(30)) });

/** A lease that cannot be given back runs out. */
const release = (scope, id, table, next) => patient(tasks.DynamoUpdateItem.jsonata(scope, id, {
  ...leaseTask(table),
  updateExpression: 'REMOVE holder, heldUntil',
  conditionExpression: 'holder = :me',
  expressionAttributeValues: { ':me': ME },
})).addCatch(next, { errors: ['States.ALL'] }).next(next);

const alarm = (scope, id, metric, meaning) => new cloudwatch.Alarm(scope, id, {
  metric,
  threshold: 1,
  evaluationPeriods: 1,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  alarmDescription: `${meaning}. What to do: https://wiki.example.com/jobs`,
});

function definition(scope, fn, table) {
  const fail = sfn.Fail.jsonata(scope, 'Failed', { error: '{% $failure.Error %}', cause: '{% $failure.Cause %}' });
  const releaseFailed = release(scope, 'Release failed', table, fail);
  const succeeded = sfn.Pass.jsonata(scope, 'Succeeded', { outputs: '{% $result %}' });
  const work = tasks.LambdaInvoke.jsonata(scope, 'Work', {
    lambdaFunction: fn,
    payload: sfn.TaskInput.fromObject({ scheduledTime: '{% $scheduledTime %}', run: '{% $states.context.Execution.Id %}' }),
    taskTimeout: sfn.Timeout.duration(Duration.seconds(TASK_SECONDS)),
    retryOnServiceExceptions: false,
    assign: { result: '{% $exists($states.result.Payload) ? $states.result.Payload : null %}' },
  });
  work.addRetry(retry(NOT_REACHED, 6, 1, 30)).addRetry(retry(['States.ALL'], 2, 5, 300));
  catchAll(work, releaseFailed, failed).next(release(scope, 'Release', table, succeeded));

  const skipped = sfn.Succeed.jsonata(scope, 'Skipped');
  const why = `{% { "skipped": $number($states.result.Item.lastRun.N) >= ${DUE} and $not($forced) ? "this time, or a later one, was run before" : "another run is on its way" } %}`;
  const explain = patient(tasks.DynamoGetItem.jsonata(scope, 'Explain', { ...leaseTask(table), consistentRead: true, outputs: why }));
  explain.addCatch(skipped, { errors: ['States.ALL'], outputs: { skipped: 'another run has the lease' } }).next(skipped);
  const claim = patient(tasks.DynamoUpdateItem.jsonata(scope, 'Claim', {
    ...leaseTask(table),
    updateExpression: "{% 'SET holder = :me, heldUntil = :until, lastRun = ' & ($forced ? 'if_not_exists(lastRun, :run)' : ':run') %}",
    conditionExpression: 'holder = :me OR ((attribute_not_exists(lastRun) OR lastRun < :after) AND (attribute_not_exists(holder) OR heldUntil < :now))',
    expressionAttributeValues: {
      ':me': ME,
      ':run': numberFromString(`{% $string(${DUE}) %}`),
      ':after': numberFromString(`{% $forced ? '9000000000000' : $string(${DUE}) %}`),
      ':now': numberFromString('{% $string($millis()) %}'),
      ':until': numberFromString(`{% $string($millis() + ${LEASE_SECONDS * 1000}) %}`),
    },
  }));
  claim.addCatch(explain, { errors: [REFUSED] }).addCatch(releaseFailed, { errors: ['States.ALL'], ...failed }).next(work);

  const given = '$states.input.scheduledTime';
  const future = sfn.Fail.jsonata(scope, 'In the future', { error: 'ScheduledTimeInFuture' });
  return sfn.Choice.jsonata(scope, 'Begin', {
    assign: {
      scheduledTime: `{% $fromMillis($toMillis($exists(${given}) ? ${given} : $states.context.Execution.StartTime)) %}`,
      forced: `{% $states.input.force = true or $not($exists(${given})) %}`,
    },
  }).when(sfn.Condition.jsonata(`{% $exists(${given}) and $toMillis(${given}) > $millis() + 300000 %}`), future).otherwise(claim);
}

consumers((stack, functions) => functions.forEach((fn, i) => {
  const scope = new Construct(stack, `Job${i}`);
  const lease = new dynamodb.Table(scope, 'Lease', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const machine = new sfn.StateMachine(scope, 'Machine', {
    definitionBody: sfn.DefinitionBody.fromChainable(definition(scope, fn, lease)),
    queryLanguage: sfn.QueryLanguage.JSONATA,
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
  const deadLetters = new sqs.Queue(scope, 'DeadLetters', { retentionPeriod: Duration.days(14), enforceSSL: true });
  const scheduleGroup = new scheduler.ScheduleGroup(scope, 'Group');
  new scheduler.Schedule(scope, 'Schedule', {
    schedule: scheduler.ScheduleExpression.cron({ minute: '0', hour: '3' }),
    scheduleGroup,
    target: new StepFunctionsStartExecution(machine, {
      input: scheduler.ScheduleTargetInput.fromObject({ scheduledTime: scheduler.ContextAttribute.scheduledTime }),
      deadLetterQueue: deadLetters,
      maxEventAge: Duration.hours(1),
      retryAttempts: 185,
    }),
  });
  alarm(scope, 'RunsFailed', machine.metricFailed(), 'Runs failed');
  const waiting = deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) });
  alarm(scope, 'NotStarted', waiting, 'Runs could not be started');
}));
