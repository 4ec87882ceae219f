const { Stack } = require('aws-cdk-lib');
const { run, userFunction } = require('../app');

exports.SCHEMA = { type: 'object', required: ['item'], properties: { item: { type: 'string' } } };
exports.PAGE = 'https://shop.example.com';

/** So many APIs of so many routes, ten in a stack. */
exports.apis = (make) => run((app, count, routes) => {
  let stack;
  for (let i = 0; i < count; i++) {
    if (i % 10 === 0) stack = new Stack(app, `Stack${i / 10}`);
    make(stack, `Api${i}`, userFunction(stack, i), routes);
  }
});

/** The routes of an API: the first is a validated POST, the others are GETs of an item. */
exports.pathsOf = (routes) => Array.from({ length: routes }, (_, i) => i === 0 ? ['POST', 'orders'] : ['GET', `things${i}`]);
