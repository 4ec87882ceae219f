const { sagas } = require('./sagas');
const { Saga, SagaStep } = require('cdk-serverless-patterns');

sagas((scope, steps) => new Saga(scope, 'Saga', {
  steps: steps.map(({ name, action, compensation }) => SagaStep.invoke(name, action, compensation)),
}));
