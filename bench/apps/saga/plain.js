// The first that one finds: each task catches its failure with what undoes it, and that goes on to what undoes the one before.
const sfn = require('aws-cdk-lib/aws-stepfunctions');
const tasks = require('aws-cdk-lib/aws-stepfunctions-tasks');
const { sagas } = require('./sagas');

sagas((scope, steps) => {
  let back = new sfn.Fail(scope, 'Failed');
  const actions = steps.map(({ name, action, compensation }) => {
    const undo = new tasks.LambdaInvoke(scope, `Undo ${name}`, { lambdaFunction: compensation, resultPath: '$.undone' }).addRetry({ maxAttempts: 3 });
    undo.next(back);
    back = undo;
    return new tasks.LambdaInvoke(scope, name, { lambdaFunction: action, resultPath: `$.${name}` }).addCatch(undo, { resultPath: '$.error' });
  });
  new sfn.StateMachine(scope, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(sfn.Chain.start(actions[0]).next(actions[1]).next(actions[2])) });
});
