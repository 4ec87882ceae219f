import { Stack } from 'aws-cdk-lib';
import { Saga, SagaStarter, SagaStarterProps, SagaStep } from '../../../src';
import { deniedHandOvers, permissionsOf } from '../../support/permissions';
import { aFunction, newStack, propertiesOf } from '../../support/stacks';

const make = (stack: Stack, props: Partial<SagaStarterProps> = {}) => {
  const saga = new Saga(stack, 'Saga', { steps: [SagaStep.invoke('Do', aFunction(stack, 'Action'), aFunction(stack, 'Compensation'))] });
  return { saga, starter: new SagaStarter(stack, 'Starter', { saga, businessId: '$.detail.orderId', ...props }) };
};

test('may start its saga and nothing else', () => {
  const stack = newStack();
  const { saga, starter } = make(stack);
  const permissions = permissionsOf(stack);
  const machine = permissions.arnOf(saga.stateMachine);
  const role = permissions.resources.find(({ id }) => id.startsWith('StarterFunctionRole'))!.id;
  expect(permissions.allows({ role, action: 'states:StartExecution', resource: machine })).toBe(true);
  expect(permissions.allows({ role, action: 'states:StartExecution', resource: `${machine}2` })).toBe(false);
  expect(permissions.allows({ role, action: 'states:StopExecution', resource: machine })).toBe(false);
  expect(deniedHandOvers(stack)).toEqual([]);
  expect(starter.function.functionArn).toBeDefined();
});

test('knows its machine, and where the id and the input are', () => {
  const stack = newStack();
  const { saga } = make(stack, { input: '$.detail' });
  expect(propertiesOf(stack, 'AWS::Lambda::Function').find(({ Description }) => Description?.startsWith('Starts'))).toMatchObject({
    Environment: { Variables: { STATE_MACHINE_ARN: stack.resolve(saga.stateMachine.stateMachineArn), BUSINESS_ID_PATH: '$.detail.orderId', INPUT_PATH: '$.detail' } },
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
  });
});

test.each(['$', '', 'orderId', '$.', '$.a..b', '$.a[0]', '$.a b', '$$.a', '$.1a'])('the path %j of a business id is an error', (businessId) => {
  expect(() => make(newStack(), { businessId })).toThrow(`'businessId' must be a path of names such as '$.detail.orderId', got '${businessId}'`);
});

test('an input may be the whole message, but no list of paths', () => {
  make(newStack(), { input: '$' });
  make(newStack(), { input: '$.detail-type' });
  expect(() => make(newStack(), { input: '$.a, $.b' })).toThrow('\'input\' must be a path of names');
});
