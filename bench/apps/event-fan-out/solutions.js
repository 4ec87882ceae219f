// AWS Solutions Constructs, as they are.
const { EventbridgeToLambda } = require('@aws-solutions-constructs/aws-eventbridge-lambda');
const events = require('aws-cdk-lib/aws-events');
const { consumers } = require('../app');

consumers((stack, functions) => {
  const existingEventBusInterface = new events.EventBus(stack, 'OrderEvents');
  functions.forEach((fn, i) => new EventbridgeToLambda(stack, `Consumer${i}`, {
    existingEventBusInterface,
    existingLambdaObj: fn,
    eventRuleProps: { eventPattern: { source: ['shop.orders'], detailType: ['OrderPlaced'] } },
  }));
});
