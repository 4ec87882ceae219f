/**
 * All tests of all tiers that Node and Python can run; the last line counts them.
 *
 *   npm test [-- <tier> ...]
 */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { virtualEnvironment } from './local-aws/engine';
import { bin, guarded, log, root, run, scratch, StepError } from './process';

interface Count { readonly passed: number; readonly failed: number }

const jest = async (name: string, ...args: string[]): Promise<Count> => {
  const file = join(scratch, `${name}.json`);
  await run(`jest (${name})`, bin('jest'), ['--silent', '--json', `--outputFile=${file}`, ...args], 600, { echo: true }).catch(() => {});
  if (!existsSync(file)) return { passed: 0, failed: 1 }; // it was stopped
  const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(readFileSync(file, 'utf8'));
  if (numTotalTests === 0) throw new Error(`the tier ${name} has no tests`);
  return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites) };
};

/** Runs a command that prints what it counted, also when it fails. */
const counted = async (what: string, pattern: RegExp, command: string, args: string[], seconds: number): Promise<Count> => {
  const printed = await run(what, command, args, seconds, { echo: true }).catch((error: Partial<StepError>) => error.printed ?? '');
  const [, passed, failed] = pattern.exec(printed) ?? [];
  if (passed === undefined) return { passed: 0, failed: 1 };
  return { passed: Number(passed), failed: Number(failed ?? 0) };
};

/** What integ-runner counts: failed and passed tests, of which it names only those that there are. */
const integRunner = async (what: string, command: string, args: string[], seconds: number): Promise<Count> => {
  const tests = readdirSync(join(root, 'integ')).filter((file) => /^integ\..*\.ts$/.test(file)).length;
  let ended = true;
  const printed = await run(what, command, args, seconds, { echo: true }).catch(() => { ended = false; return ''; });
  const passed = Number(/Tests: .*?(\d+) passed, \d+ total\s*(?:\n.*)*$/.exec(printed)?.[1] ?? 0);
  return ended && passed === tests ? { passed, failed: 0 } : { passed, failed: Math.max(1, tests - passed) };
};

const check = async (what: string, command: string, args: string[]): Promise<Count> => {
  try {
    await run(what, command, args, 180, { echo: true });
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error((error as Error).message);
    return { passed: 0, failed: 1 };
  }
};

const sum = (counts: Count[]): Count => ({
  passed: counts.reduce((total, { passed }) => total + passed, 0),
  failed: counts.reduce((total, { failed }) => total + failed, 0),
});

const tiers: Record<string, () => Promise<Count>> = {
  /** All that has to compile: handlers, library, tests and examples, snippets. */
  compile: async () => sum([
    await check('the bundling of the handlers', bin('projen'), ['bundle']),
    await check('jsii', bin('projen'), ['compile']),
    await check('tsc', bin('tsc'), ['-p', 'tsconfig.dev.json']),
    await check('jsii-rosetta', bin('jsii-rosetta'), ['extract', '--strict']),
    await check('the snippets', bin('tsx'), ['tools/snippets.ts']),
  ]),
  unit: () => jest('unit', '--testPathIgnorePatterns', 'test/tools', 'test/deployed'),
  snapshot: () => integRunner('the comparison of the snapshots', bin('integ-runner'), [], 120),
  templates: async () => {
    const python = await virtualEnvironment('cfn-lint', join(__dirname, 'cfn-lint/requirements.txt'));
    const files = readdirSync(join(root, 'integ'), { recursive: true, encoding: 'utf8' });
    const templates = files.filter((file) => /Integ[^/]*\.template\.json$/.test(file));
    // W3005: the CDK's own DependsOn on a function's role
    return sum(await Promise.all(templates.map((file) => check(`cfn-lint ${file}`, join(python, '../cfn-lint'), ['-i', 'W3005', '-t', join('integ', file)]))));
  },
  /** One after the other: they write into src, compile it and look at the scratch folders. */
  tools: () => jest('tools', '--runInBand', '--maxConcurrency=3', 'test/tools'),
  deployed: () => jest('deployed', '--maxWorkers=2', 'test/deployed'),
  integ: () => integRunner('the deployment of the integration tests', bin('tsx'), ['tools/local-aws/integ.ts'], 600),
  example: () => counted('the demo', /^(\d+) passed, (\d+) failed$/m, bin('tsx'), ['tools/demo.ts'], 400),
};

guarded(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !(name in tiers));
  if (unknown) throw new Error(`there is no tier ${unknown}: choose of ${Object.keys(tiers).join(', ')}`);
  const counts: Count[] = [];
  const failing: string[] = [];
  for (const name of wanted.length > 0 ? wanted : Object.keys(tiers)) {
    log(`tier ${name}`);
    const count = await tiers[name]();
    counts.push(count);
    if (count.failed > 0) failing.push(name);
    log(`tier ${name}: ${count.passed} passed, ${count.failed} failed`);
    if (name === 'compile' && count.failed > 0) break;
  }
  const { passed, failed } = sum(counts);
  if (failing.length > 0) console.log(`\nfailed in: ${failing.join(', ')}`);
  console.log('\nnot run here: the same app in Python, Java and Go (npm run parity), event patterns against AWS\'s matcher (npm run test:ruler)');
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
