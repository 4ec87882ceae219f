/** Saga beside the same by hand and what one finds first: its cost, what it guarantees, and how it grows. */
import { verdicts } from './guarantees';
import { interleaved, lines, size, template } from './measure';
import { kB, row, table, word } from './page';
import { definitionOf, sagaOf, SAGAS, statesOf } from './saga-guarantees';
import { log } from '../tools/process';

const KINDS = ['by-hand', 'patterns'];
const NAMES = ['by hand', 'Saga'];
const STEPS = 3;

/** Tables of resources, of synthesis, of guarantees and of growth. */
export function measureSagas(rounds: number): string {
  log('sizes of sagas');
  const sizes = KINDS.map((kind) => [1, 10].map((count) => size(template(`saga/${kind}`, count, STEPS))));
  const resources = [
    ...[1, 10].map((count, i) => row(count, ...sizes.flatMap((all) => [all[i].resources, kB(all[i].bytes)]))),
    row('each further', ...sizes.flatMap(([one, ten]) => [(ten.resources - one.resources) / 9, kB((ten.bytes - one.bytes) / 9)])),
  ];

  const synthesis = [1, 10, 50].map((count) => {
    log(`synthesizing ${count} sagas`);
    const costs = interleaved(rounds, KINDS.map((kind) => [`apps/saga/${kind}.js`, `${count}`, `${STEPS}`]));
    return row(count, ...costs.flatMap(({ cpuMs, peakMb }) => [`${Math.round(cpuMs)} ms`, (cpuMs / costs[0].cpuMs).toFixed(2), `${Math.round(peakMb)} MB`]));
  });

  const guarantees = verdicts(SAGAS, [...KINDS, 'plain'].map((kind) => sagaOf(template(`saga/${kind}`, 1, STEPS))));
  const broken = guarantees.filter(([, [byHand, ours]]) => byHand !== true || ours !== true).map(([guarantee]) => guarantee);
  if (broken.length > 0) throw new Error(`Saga and the same by hand must guarantee all, not ${broken.join(', ')}`);

  log('growth of sagas');
  const grown = (app: string, ...numbers: number[]) => {
    const made = template(`saga/${app}`, ...numbers);
    const { text, machine } = definitionOf(made);
    return [statesOf(machine).length, kB(text.length), size(made).resources];
  };
  const growth = [
    ...[1, 10, 50].map((steps) => row(steps, ...KINDS.flatMap((kind) => grown(kind, 1, steps)))),
    ...[2, 5, 10].map((branches) => row(`a group of ${branches} branches of 2`, '–', '–', '–', ...grown('group', branches, 2))),
  ];

  return `The architecture: three functions, each with one that undoes it, in a state machine with a way back that every failure enters at its own place, retries, timeouts and keys; a queue of what could not be undone, one of executions that nothing caught, and alarms.
*By hand* is plain L2 constructs with the same guarantees (\`bench/apps/saga/by-hand.js\`), though its role may call all versions of the functions and count in all namespaces, as the CDK's tasks ask for. AWS Solutions Constructs has no saga:
its constructs of Step Functions (such as \`aws-lambda-stepfunctions\`) start a machine that one brings along. Lines of the apps without imports: ${KINDS.map((kind, i) => `${lines(`saga/${kind}`)} (${NAMES[i]})`).join(', ')}.

Resources and template of 1 and 10 sagas, without the functions and their roles:

${table(['sagas', ...NAMES.flatMap((name) => [`${name}: resources`, 'template'])], resources)}

Synthesis of 1, 10 and 50 sagas with their functions, ten in a stack:

${table(['sagas', ...NAMES.flatMap((name) => [`${name}: CPU`, 'ratio', 'peak'])], synthesis)}

What is lost by the first that one finds, read from the templates (– where there is no such thing). *Plain CDK* is \`task.addCatch(undo)\`, with \`undo.addRetry({ maxAttempts: 3 })\`:

${table(['guarantee', ...NAMES, 'plain CDK'], guarantees.map(([guarantee, given]) => row(guarantee, ...given.map(word))))}

One saga as it grows. A definition may have 1 MB; a role of many functions is split into several policies:

${table(['steps', ...NAMES.flatMap((name) => [`${name}: states`, 'definition', 'resources'])], growth)}`;
}
