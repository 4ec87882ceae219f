/** EventFanOut and QueueWorker beside what else makes consumers of functions: their cost, and what they guarantee. */
import { CONSUMERS, partsOf, verdicts } from './guarantees';
import { interleaved, lines, size, template } from './measure';
import { kB, row, table, word } from './page';
import { log } from '../tools/process';

const COUNTS = [1, 6, 20];
const KINDS = ['by-hand', 'patterns', 'solutions'];

export interface Rivals {
  /** Its folder in bench/apps. */
  readonly folder: string;
  /** What there are so many of. */
  readonly units: string;
  readonly pattern: string;
  readonly solution: string;
  /** The first lines that one finds in the CDK's documentation. */
  readonly plain: string;
}

/** Tables of resources, of synthesis and of guarantees. */
export function measureConsumers(rounds: number, { folder, units, pattern, solution, plain }: Rivals): string {
  const names = ['by hand', pattern, 'Solutions'];

  log(`sizes of ${units}`);
  const sizes = KINDS.map((kind) => COUNTS.map((count) => size(template(`${folder}/${kind}`, count))));
  const further = (of: 'resources' | 'bytes') => sizes.map((all) => (all.at(-1)![of] - all[0][of]) / (COUNTS.at(-1)! - COUNTS[0]));
  const resources = [
    ...COUNTS.map((count, i) => row(count, ...sizes.flatMap((all) => [all[i].resources, kB(all[i].bytes)]))),
    row('each further', ...further('resources').flatMap((more, i) => [more, kB(further('bytes')[i])])),
  ];

  const synthesis = COUNTS.map((count) => {
    log(`synthesizing ${count} ${units}`);
    const costs = interleaved(rounds, KINDS.map((kind) => [`apps/${folder}/${kind}.js`, `${count}`]));
    return row(count, ...costs.flatMap(({ cpuMs }) => [`${Math.round(cpuMs)} ms`, (cpuMs / costs[0].cpuMs).toFixed(2)]));
  });

  const guarantees = verdicts(CONSUMERS, [...KINDS, 'plain'].map((kind) => partsOf(template(`${folder}/${kind}`, 1))));
  const broken = guarantees.filter(([, [byHand, ours]]) => byHand !== true || ours !== true).map(([guarantee]) => guarantee);
  if (broken.length > 0) throw new Error(`${pattern} and the same by hand must guarantee all, not ${broken.join(', ')}`);

  return `*By hand* is plain L2 constructs with the same guarantees (\`bench/apps/${folder}/by-hand.js\`), *Solutions* is \`${solution}\` as it is.
Lines of the apps without imports: ${KINDS.map((kind, i) => `${lines(`${folder}/${kind}`)} (${names[i]})`).join(', ')}.

Resources and template of 1, 6 and 20 ${units}, without the functions and their roles:

${table([units, ...names.flatMap((name) => [`${name}: resources`, 'template'])], resources)}

Synthesis, CPU:

${table([units, ...names.flatMap((name) => [name, 'ratio'])], synthesis)}

What the others lose, read from the templates (– where there is no such thing). *Plain CDK* is \`${plain}\`:

${table(['guarantee', ...names, 'plain CDK'], guarantees.map(([guarantee, given]) => row(guarantee, ...given.map(word))))}`;
}
