// The first that one finds in the CDK's documentation.
const events = require('aws-cdk-lib/aws-events');
const targets = require('aws-cdk-lib/aws-events-targets');
const { consumers } = require('../app');

consumers((stack, functions) => {
  const eventBus = new events.EventBus(stack, 'OrderEvents');
  functions.forEach((fn, i) => {
    const rule = new events.Rule(stack, `Rule${i}`, { eventBus, eventPattern: { source: ['shop.orders'], detailType: ['OrderPlaced'] } });
    rule.addTarget(new targets.LambdaFunction(fn));
  });
});
