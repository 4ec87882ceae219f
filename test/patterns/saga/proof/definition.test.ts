/** What holds for the text of every machine. */
import { Machine, sagaOf, State } from './build';
import { statesOf } from './interpreter';
import { SHAPES } from './shapes';

interface Verdict {
  readonly isValid: boolean;
  errorsText(separator?: string): string;
}
const validate: (definition: object, options: object) => Verdict = require('asl-validator');

/** Where resources are named. */
const NAMES = ['FunctionName', 'QueueUrl', 'StringValue', 'Resource'];

describe.each(SHAPES)('%s', (_, shape) => {
  const { deployed, shown, queueUrl } = sagaOf(shape);
  const states = statesOf(deployed);
  const tasks = states.filter(([, { Type }]) => Type === 'Task');
  const having = <K extends keyof State>(key: K) => states.flatMap(([name, state]) => (state[key] ? [{ name, found: state[key] }] : []));

  test('is valid', () => {
    // It writes defaults into what it is given.
    const verdict = validate(JSON.parse(JSON.stringify(deployed)), { checkPaths: true, checkArn: true });
    expect(verdict.isValid ? '' : verdict.errorsText('\n')).toBe('');
  });

  test('is shown as it is deployed, but for the names of resources', () => {
    const nameless = (machine: Machine) => JSON.parse(JSON.stringify(machine, (key, value) => (NAMES.includes(key) ? undefined : value)));
    expect(nameless(shown)).toEqual(nameless(deployed));
  });

  test('fault 70: States.ALL is alone and last', () => {
    const lists = [...having('Retry'), ...having('Catch')];
    expect(lists.filter(({ found }) => found.some(({ ErrorEquals }, at) => ErrorEquals.includes('States.ALL') && (ErrorEquals.length > 1 || at < found.length - 1)))).toEqual([]);
    // It matches all but timeouts, so it would swallow final errors.
    expect(lists.filter(({ found }) => found.some(({ ErrorEquals }) => ErrorEquals.includes('States.TaskFailed')))).toEqual([]);
  });

  test('fault 66: every task ends in time', () => {
    expect(tasks.filter(([, { TimeoutSeconds }]) => !TimeoutSeconds)).toEqual([]);
  });

  // States.ALL does not match what is too large.
  test.each(['States.DataLimitExceeded', 'States.ALL'])('fault 71: every task catches %s', (error) => {
    expect(tasks.filter(([, { Catch = [] }]) => !Catch.some(({ ErrorEquals }) => ErrorEquals.includes(error)))).toEqual([]);
  });

  test('what is parked goes to one queue', () => {
    const urls = having('Parameters').flatMap(({ name, found }) => (name.startsWith('Park ') ? [found.QueueUrl] : []));
    expect(new Set(urls)).toEqual(new Set(urls.length > 0 ? [queueUrl] : []));
  });

  test('names are unique over all branches', () => {
    expect(new Set(states.map(([name]) => name)).size).toBe(states.length);
  });
});
