/** EventFanOut and QueueWorker beside what else makes consumers of functions: their cost, and what they guarantee. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { verdicts } from './guarantees';
import { interleaved, size, template } from './measure';
import { row, table } from './page';
import { log, root } from '../tools/process';

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

/** Lines of an app without comments and imports. */
const lines = (app: string) => readFileSync(join(root, `bench/apps/${app}.js`), 'utf8').split('\n').filter((line) => !/^$|^\/\/|= require\(/.test(line)).length;

/** Tables of resources, of synthesis and of guarantees. */
export function measureConsumers(rounds: number, { folder, units, pattern, solution, plain }: Rivals): string {
  const names = ['by hand', pattern, 'Solutions'];

  log(`sizes of ${units}`);
  const sizes = KINDS.map((kind) => COUNTS.map((count) => size(template(`${folder}/${kind}`, count))));
  const further = (of: 'resources' | 'bytes') => sizes.map((all) => (all.at(-1)![of] - all[0][of]) / (COUNTS.at(-1)! - COUNTS[0]));
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const resources = [
    ...COUNTS.map((count, i) => row(count, ...sizes.flatMap((all) => [all[i].resources, kB(all[i].bytes)]))),
    row('each further', ...further('resources').flatMap((more, i) => [more, kB(further('bytes')[i])])),
  ];

  const synthesis = COUNTS.map((count) => {
    log(`synthesizing ${count} ${units}`);
    const costs = interleaved(rounds, KINDS.map((kind) => [`apps/${folder}/${kind}.js`, `${count}`]));
    return row(count, ...costs.flatMap(({ cpuMs }) => [`${Math.round(cpuMs)} ms`, (cpuMs / costs[0].cpuMs).toFixed(2)]));
  });

  const guarantees = verdicts([...KINDS, 'plain'].map((kind) => template(`${folder}/${kind}`, 1)));
  const broken = guarantees.filter(([, [byHand, ours]]) => byHand !== true || ours !== true).map(([guarantee]) => guarantee);
  if (broken.length > 0) throw new Error(`${pattern} and the same by hand must guarantee all, not ${broken.join(', ')}`);
  const word = (holds?: boolean) => holds === undefined ? '–' : holds ? 'yes' : '**no**';

  return `*By hand* is plain L2 constructs with the same guarantees (\`bench/apps/${folder}/by-hand.js\`), *Solutions* is \`${solution}\` as it is.
Lines of the apps without imports: ${KINDS.map((kind, i) => `${lines(`${folder}/${kind}`)} (${names[i]})`).join(', ')}.

Resources and template of 1, 6 and 20 ${units}, without the functions and their roles:

${table([units, ...names.flatMap((name) => [`${name}: resources`, 'template'])], resources)}

Synthesis, CPU:

${table([units, ...names.flatMap((name) => [name, 'ratio'])], synthesis)}

What the others lose, read from the templates (– where there is no such thing). *Plain CDK* is \`${plain}\`:

${table(['guarantee', ...names, 'plain CDK'], guarantees.map(([guarantee, given]) => row(guarantee, ...given.map(word))))}`;
}
