/**
 * What EventBridge's own matcher says about thousands of patterns and events: the tests hold ours against it.
 *
 *   npx tsx tools/ruler/record.ts            asks it, and writes test/foundation/event-pattern/pattern-corpus.json
 *   npx tsx tools/ruler/record.ts --check    asks it again, and about as many new pairs
 *
 * Needs Java 17 and Maven.
 */
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cornerPairs } from './corner-cases';
import { OPERATORS, operatorsIn } from './operators';
import { malformedPairs, Pair, pairs } from './pairs';
import { checkPattern, matchesPattern } from '../../src/foundation/event-pattern/event-pattern';
import { guarded, log, root, run, scratch } from '../process';

const here = join(root, 'tools/ruler');
const corpus = join(root, 'test/foundation/event-pattern/pattern-corpus.json');
const SEED = 19;
const GENERATED = 4000;

/** `true`, `false`, `rejected` with the reason, or `unsteady`: it does not always say the same. */
async function officialVerdicts(all: Pair[]): Promise<string[]> {
  const [asked, answered] = [join(scratch, 'pairs.jsonl'), join(scratch, 'verdicts.txt')];
  writeFileSync(asked, all.map(([pattern, event]) => JSON.stringify({ pattern, event })).join('\n'));
  const project = ['-f', join(here, 'pom.xml'), `-DbuildDirectory=${join(root, '.tmp/ruler')}`];
  const ask = ['-B', '-q', '-ntp', ...project, 'compile', 'exec:java', `-Dexec.args=${asked} ${answered}`];
  await run('the official matcher', 'mvn', ['-o', ...ask], 300)
    .catch(() => run('the official matcher, with what Maven has to fetch first', 'mvn', ask, 300));
  const verdicts = readFileSync(answered, 'utf8').trimEnd().split('\n');
  if (verdicts.length !== all.length) throw new Error(`${verdicts.length} verdicts on ${all.length} pairs`);
  return verdicts;
}

function ourVerdict([pattern, event]: Pair): string {
  try {
    checkPattern('pattern', JSON.parse(pattern));
  } catch (error) {
    return `rejected ${(error as Error).message}`;
  }
  return String(matchesPattern(JSON.parse(pattern), JSON.parse(event)));
}

const kind = (verdict: string) => verdict.split(' ')[0];

function recordedPairs(seed: number): Pair[] {
  const byText = new Map([...cornerPairs, ...malformedPairs(), ...pairs(seed, GENERATED)].map((pair) => [pair.join(' '), pair]));
  return [...byText.values()];
}

async function recorded(seed: number): Promise<string> {
  const asked = recordedPairs(seed);
  const answers = await officialVerdicts(asked);
  const [all, verdicts] = [asked, answers].map((list: readonly any[]) => list.filter((_, i) => answers[i] !== 'unsteady'));
  const rows = all.map(([pattern, event], i) => `[${pattern},${event},${kind(verdicts[i]) === 'rejected' ? '"rejected"' : verdicts[i]}]`);
  const version = /event-ruler<\/artifactId><version>([^<]+)/.exec(readFileSync(join(here, 'pom.xml'), 'utf8'))![1];
  print(all, verdicts);
  return `{"matcher":"software.amazon.event.ruler:event-ruler:${version}","seed":${seed},"pairs":[\n${rows.join(',\n')}\n]}\n`;
}

function print(all: Pair[], verdicts: string[]): void {
  const row = (name: string, count: number) => console.log(name.padEnd(34), String(count).padStart(5));
  for (const verdict of ['true', 'false', 'rejected']) row(verdict, verdicts.filter((each) => kind(each) === verdict).length);
  const accepted = all.filter((_, i) => kind(verdicts[i]) !== 'rejected').map(([pattern]) => operatorsIn(JSON.parse(pattern)));
  for (const operator of OPERATORS) row(operator, accepted.filter((each) => each.has(operator)).length);
}

/** The number of pairs on which we and a steady official matcher differ, of which the first are shown. */
async function differences(all: Pair[]): Promise<number> {
  const verdicts = await officialVerdicts(all);
  const differing = all.map((pair, i) => ({ pair, official: verdicts[i], ours: ourVerdict(pair) }))
    .filter(({ official, ours }) => official !== 'unsteady' && kind(official) !== kind(ours));
  for (const { pair: [pattern, event], official, ours } of differing.slice(0, 10)) {
    console.log(`pattern  ${pattern}\nevent    ${event}\nofficial ${official}\nours     ${ours}\n`);
  }
  return differing.length;
}

async function check(): Promise<void> {
  const committed = readFileSync(corpus, 'utf8');
  const same = await recorded(JSON.parse(committed).seed) === committed;
  log(same ? 'the recorded verdicts are those of the official matcher' : `${corpus} is NOT what the official matcher says now: record it again`);
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  log(`new pairs from seed ${seed} (SEED=${seed} tries them again)`);
  const fresh = pairs(seed, 3000);
  const failed = await differences(fresh) + (same ? 0 : 1);
  console.log(`${fresh.length + 1 - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

guarded(async () => {
  if (process.argv.includes('--check')) return check();
  writeFileSync(corpus, await recorded(SEED));
  const all = recordedPairs(SEED);
  const failed = await differences(all);
  console.log(`${all.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
