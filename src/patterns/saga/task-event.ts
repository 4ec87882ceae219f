import * as sfn from 'aws-cdk-lib/aws-stepfunctions';

type Kind = 'action' | 'compensation';

/** Of the execution's ARN, not its name: two sagas may handle the same business id. An action and its compensation may remember their keys in one table. */
export function keyOf(step: string, kind: Kind): string {
  return sfn.JsonPath.stringAt(`States.Hash(States.Format('{}/${step}/${kind}', $$.Execution.Id), 'SHA-256')`);
}

export function actionKey(step: string): string {
  return keyOf(step, 'action');
}

/**
 * What a function gets. Every path in it is there from the beginning of the execution: one that is not could not be caught.
 *
 * Paths are texts: an object as `JsonPath.objectAt` makes it does not survive the way to a task that is written in Go.
 */
export function eventOf(step: string, kind: Kind): Record<string, any> {
  return {
    step,
    execution: sfn.JsonPath.stringAt('$$.Execution.Id'),
    idempotencyKey: keyOf(step, kind),
    ...kind === 'compensation' && { actionKey: actionKey(step), error: sfn.JsonPath.stringAt('$.error') },
    input: sfn.JsonPath.stringAt('$$.Execution.Input'),
    results: sfn.JsonPath.stringAt('$.results'),
  };
}
