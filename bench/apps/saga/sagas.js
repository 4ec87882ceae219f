const { Stack } = require('aws-cdk-lib');
const { Construct } = require('constructs');
const { run, userFunction } = require('../app');

/** So many sagas of so many steps, ten in a stack; each step has two functions of its own. */
exports.sagas = (make) => run((app, count, steps) => {
  let stack;
  for (let i = 0; i < count; i++) {
    if (i % 10 === 0) stack = new Stack(app, `Stack${i / 10}`);
    make(new Construct(stack, `Saga${i}`), exports.stepsOf(stack, i, steps));
  }
});

exports.stepsOf = (stack, saga, steps) => Array.from({ length: steps }, (_, n) => ({
  name: `Step${n + 1}`,
  action: userFunction(stack, `${saga}Action${n + 1}`),
  compensation: userFunction(stack, `${saga}Compensation${n + 1}`),
}));
