// A fan-out whose consumers fail at random (`unreliable.js`).
const { readFileSync } = require('fs');
const { join } = require('path');
const { App, CfnOutput, Duration, Stack } = require('aws-cdk-lib');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const lambda = require('aws-cdk-lib/aws-lambda');
const sqs = require('aws-cdk-lib/aws-sqs');
const { AlarmActions, EventContract, EventFanOut, Subscriber } = require('cdk-serverless-patterns');

const stack = new Stack(new App(), 'TenThousandEvents');
AlarmActions.of(stack).none('a measurement');
const output = (name, value) => new CfnOutput(stack, name, { value });
const ledger = new dynamodb.TableV2(stack, 'Ledger', {
  partitionKey: { name: 'consumer', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'id', type: dynamodb.AttributeType.STRING },
});
const code = lambda.Code.fromInline(readFileSync(join(__dirname, 'unreliable.js'), 'utf8'));

function consumer(id, handler, worst = '') {
  const fn = new lambda.Function(stack, `${id}Function`, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: `index.${handler}`,
    code,
    timeout: Duration.seconds(3),
    environment: { CONSUMER: id, LEDGER: ledger.tableName, SEED: process.env.SEED, WORST: worst },
  });
  ledger.grants.actions(fn, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
  output(`${id}FunctionName`, fn.functionName);
  return fn;
}

/** What failed comes back sooner than one would let it: the visibility timeout is a warning. */
const buffered = (id, worst) => Subscriber.function(consumer(id, 'buffered', worst), {
  maxConcurrency: 3, maxReceiveCount: 3, visibilityTimeout: Duration.seconds(3),
});

const orderPlaced = new EventContract({
  source: 'shop.orders',
  detailType: 'OrderPlaced',
  schema: { type: 'object', required: ['id', 'total'], properties: { id: { type: 'string' }, total: { type: 'number' } } },
});
const on = orderPlaced.all();
const fanOut = new EventFanOut(stack, 'OrderEvents');
const subscriptions = [
  fanOut.subscribe('Reporting', { on, to: buffered('Reporting') }),
  fanOut.subscribe('Throwing', { on, to: buffered('Throwing', 'throw') }),
  fanOut.subscribe('Crashing', { on, to: buffered('Crashing', 'exit') }),
  fanOut.subscribe('Valuable', { on: orderPlaced.where({ total: [{ numeric: ['>=', 1000] }] }), to: buffered('Valuable') }),
  fanOut.subscribe('Direct', { on, to: Subscriber.asyncFunction(consumer('Direct', 'direct')) }),
  fanOut.subscribe('Waiting', { on, to: Subscriber.queue(new sqs.Queue(stack, 'Queue', { enforceSSL: true })) }),
];

output('Bus', fanOut.eventBus.eventBusName);
output('LedgerName', ledger.tableName);
for (const { node, queue, deadLetterQueue } of subscriptions) {
  output(`${node.id}DeadLetters`, deadLetterQueue.queueUrl);
  if (queue) output(`${node.id}Queue`, queue.queueUrl);
}
