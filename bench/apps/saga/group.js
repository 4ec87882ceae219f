// One saga of one group: so many branches of so many steps.
const { Stack } = require('aws-cdk-lib');
const { Saga, SagaStep } = require('cdk-serverless-patterns');
const { stepsOf } = require('./sagas');
const { run } = require('../app');

run((app, branches, steps) => {
  const stack = new Stack(app, 'Stack');
  new Saga(stack, 'Saga', {
    steps: [SagaStep.parallel('Group', ...Array.from({ length: branches }, (_, k) => SagaStep.sequence(
      ...stepsOf(stack, k, steps).map(({ name, action, compensation }) => SagaStep.invoke(`Branch${k + 1}${name}`, action, compensation)),
    )))],
  });
});
