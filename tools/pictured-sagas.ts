/** The sagas of the README, for their pictures. */
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Saga, SagaStep, SagaTask } from '../src';

/** Definitions by the names of their pictures. */
export function picturedSagas(): Record<string, string> {
  const stack = new Stack(new App(), 'Pictures');
  const fn = lambda.Function.fromFunctionArn(stack, 'Function', 'arn:aws:lambda:us-east-1:111122223333:function:any');
  const step = (name: string, finalErrors: string[] = []) => SagaStep.invoke(name, fn, fn, { finalErrors });
  const steps: Record<string, SagaStep[]> = {
    'saga-machine': [
      step('ReserveInventory'),
      step('ProcessPayment', ['CardDeclined']),
      SagaStep.withoutCompensation('ShipOrder', SagaTask.invoke(fn), 'what is on its way does not come back'),
    ],
    'saga-group': [
      SagaStep.readOnly('CheckPassport', SagaTask.invoke(fn), 'it only looks'),
      SagaStep.parallel('Book', step('BookFlight'), SagaStep.sequence(step('BookHotel'), step('BookCar'))),
    ],
  };
  return Object.fromEntries(Object.entries(steps).map(([name, these]) => [name, new Saga(stack, name, { steps: these }).definition]));
}
