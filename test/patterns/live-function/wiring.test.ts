/** Every pattern takes the alias of a LiveFunction where it takes a function, and calls nothing else. */
import { LiveFunction } from '../../../src';
import { allExamples } from '../../support/examples';
import { aFunction, newStack, resourcesOf, warningsOf } from '../../support/stacks';

/** What calls nobody's function. */
const WITHOUT_CALLS = ['live-function', 'scheduled-cleanup'];

const examples = allExamples().filter(([pattern]) => !WITHOUT_CALLS.includes(pattern));

test.each(examples)('fault 102: %s calls the aliases, and not the functions', (_pattern, { make }) => {
  const stack = newStack();
  const live = (id: string) => new LiveFunction(stack, `${id}Live`, { function: aFunction(stack, id) }).alias;
  const aliases = [live('First'), live('Second')] as const;
  make(stack, 'Pattern', { functions: [...aliases] });
  expect(warningsOf(stack).filter((text) => text.includes('unqualifiedUse'))).toEqual([]);
  const resources = Object.values(resourcesOf(stack)).filter(({ Type }) => Type !== 'AWS::Lambda::Alias');
  const refersTo = (resource: object, arn: string) => JSON.stringify(resource).includes(JSON.stringify(stack.resolve(arn)));
  const used = aliases.filter((alias) => resources.some((resource) => refersTo(resource, alias.functionArn)));
  expect(used.length).toBeGreaterThan(0);
});

test.each(examples)('and with the functions themselves, %s is a warning', (_pattern, { make }) => {
  const stack = newStack();
  const functions = [aFunction(stack, 'First'), aFunction(stack, 'Second')] as const;
  functions.forEach((fn, index) => new LiveFunction(stack, `Live${index}`, { function: fn }));
  make(stack, 'Pattern', { functions: [...functions] });
  expect(warningsOf(stack).filter((text) => text.includes('unqualifiedUse'))).not.toEqual([]);
});
