const { consumers } = require('../app');
const { EventContract, EventFanOut, Subscriber } = require('cdk-serverless-patterns');

consumers((stack, functions) => {
  const orderPlaced = new EventContract({ source: 'shop.orders', detailType: 'OrderPlaced' });
  const orderEvents = new EventFanOut(stack, 'OrderEvents');
  functions.forEach((fn, i) => orderEvents.subscribe(`Consumer${i}`, { on: orderPlaced.all(), to: Subscriber.function(fn) }));
});
