/** ScheduledJob beside the same by hand and what one finds first: its cost, and what it guarantees. */
import { verdicts } from './guarantees';
import { jobOf, JOBS } from './job-guarantees';
import { interleaved, lines, size, template } from './measure';
import { kB, row, table, word } from './page';
import { log } from '../tools/process';

const KINDS = ['by-hand', 'patterns'];
const NAMES = ['by hand', 'ScheduledJob'];
const COUNTS = [1, 20];

/** Tables of resources, of synthesis and of guarantees. */
export function measureJobs(rounds: number): string {
  log('sizes of jobs');
  const sizes = KINDS.map((kind) => COUNTS.map((count) => size(template(`scheduled-job/${kind}`, count))));
  const resources = COUNTS.map((count, i) => row(count, ...sizes.flatMap((all) => [all[i].resources, kB(all[i].bytes)])));

  const synthesis = COUNTS.map((count) => {
    log(`synthesizing ${count} jobs`);
    const costs = interleaved(rounds, KINDS.map((kind) => [`apps/scheduled-job/${kind}.js`, `${count}`]));
    return row(count, ...costs.flatMap(({ cpuMs, peakMb }) => [`${Math.round(cpuMs)} ms`, (cpuMs / costs[0].cpuMs).toFixed(2), `${Math.round(peakMb)} MB`]));
  });

  const guarantees = verdicts(JOBS, [...KINDS, 'plain'].map((kind) => jobOf(template(`scheduled-job/${kind}`, 1))));
  const broken = guarantees.filter(([, [byHand, ours]]) => byHand !== true || ours !== true).map(([guarantee]) => guarantee);
  if (broken.length > 0) throw new Error(`ScheduledJob and the same by hand must guarantee all, not ${broken.join(', ')}`);

  return `The architecture: a function that is called every night, one run at a time, by a schedule with dead letters and a state machine with a lease, retries, a timeout and alarms.
*By hand* is plain L2 constructs with the same guarantees (\`bench/apps/scheduled-job/by-hand.js\`), though its role may call all versions of the function, as the CDK's task asks for. AWS Solutions Constructs has nothing of EventBridge Scheduler;
its \`aws-eventbridge-lambda\` takes a rule that has a schedule, in UTC.
Lines of the apps without imports: ${KINDS.map((kind, i) => `${lines(`scheduled-job/${kind}`)} (${NAMES[i]})`).join(', ')}.

Resources and template, without the functions and their roles:

${table(['jobs', ...NAMES.flatMap((name) => [`${name}: resources`, 'template'])], resources)}

Synthesis:

${table(['jobs', ...NAMES.flatMap((name) => [`${name}: CPU`, 'ratio', 'peak'])], synthesis)}

What is lost by the first that one finds, read from the templates (– where there is no such thing). *Plain CDK* is \`new Schedule(this, id, { schedule, target: new LambdaInvoke(fn) })\`:

${table(['guarantee', ...NAMES, 'plain CDK'], guarantees.map(([guarantee, given]) => row(guarantee, ...given.map(word))))}`;
}
