/** The test that the README gives its readers, run as they would run it. */
import { execFileSync } from 'child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { root } from '../../support/examples';

const folder = join(root, '.tmp/readme-saga');
const [, snippet] = /^```ts\n((?:(?!^```).)*node:test.*?)^```$/ms.exec(readFileSync(join(root, 'src/patterns/saga/README.md'), 'utf8'))!;

/** Runs it on the sources; whether it passes. */
function passes(name: string, code: string): boolean {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.test.ts`);
  writeFileSync(file, code.replace('\'cdk-serverless-patterns\'', '\'../../src\''));
  try {
    const printed = execFileSync(join(root, 'node_modules/.bin/tsx'), ['--test', file], { cwd: root, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, NODE_OPTIONS: '' } });
    return /^# pass 1$/m.test(printed) || /^ℹ pass 1$/m.test(printed);
  } catch {
    return false;
  }
}

test('passes', () => {
  expect(passes('as-it-is', snippet)).toBe(true);
});

test.each([
  ['another order', '\'Undo ReserveInventory\', ', ''],
  ['another error', 'name: \'CardDeclined\'', 'name: \'BankIsBusy\''],
])('fails with %s', (name, from, to) => {
  expect(snippet).toContain(from);
  expect(passes(name.replace(' ', '-'), snippet.replace(from, to))).toBe(false);
});
