// The same guarantees with plain L2 constructs, as someone who knows them would write it.
const { Duration } = require('aws-cdk-lib');
const cloudwatch = require('aws-cdk-lib/aws-cloudwatch');
const events = require('aws-cdk-lib/aws-events');
const targets = require('aws-cdk-lib/aws-events-targets');
const { SqsEventSource } = require('aws-cdk-lib/aws-lambda-event-sources');
const sqs = require('aws-cdk-lib/aws-sqs');
const { consumers } = require('../app');

consumers((stack, functions) => {
  const eventBus = new events.EventBus(stack, 'OrderEvents');
  functions.forEach((fn, i) => {
    const deadLetters = new sqs.Queue(stack, `DeadLetters${i}`, { retentionPeriod: Duration.days(14), enforceSSL: true });
    const queue = new sqs.Queue(stack, `Queue${i}`, {
      visibilityTimeout: Duration.seconds(6 * 20),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
      enforceSSL: true,
    });
    fn.addEventSource(new SqsEventSource(queue, { maxConcurrency: 10, reportBatchItemFailures: true }));
    new events.Rule(stack, `Rule${i}`, {
      eventBus,
      eventPattern: { source: ['shop.orders'], detailType: ['OrderPlaced'] },
      targets: [new targets.SqsQueue(queue, { deadLetterQueue: deadLetters, retryAttempts: 185, maxEventAge: Duration.hours(24) })],
    });
    new cloudwatch.Alarm(stack, `Alarm${i}`, {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `Events that consumer ${i} could not handle wait in its dead letters. What to do: https://wiki.example.com/dead-letters`,
    });
  });
});
