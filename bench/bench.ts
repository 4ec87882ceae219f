/**
 * What the library costs, beside the same architecture by hand and with AWS Solutions Constructs: ratios within one run.
 *
 *   npm run bench [-- --rounds <n>] [-- --only <section>]
 */
import { readFileSync } from 'fs';
import { cpus } from 'os';
import { join } from 'path';
import { parseArgs } from 'util';
import { measureCleanups } from './cleanups';
import { measureConsumers } from './consumers';
import { measureJobs } from './jobs';
import { interleaved, size, template } from './measure';
import { kB, row, table, writePage } from './page';
import { measurePipelines } from './pipelines';
import { measureSagas } from './sagas';
import { installWith, packLibrary } from '../tools/package';
import { guarded, log, root } from '../tools/process';

const KINDS = ['by-hand', 'patterns', 'solutions'];
const LIBRARIES = [[], ['cdk-serverless-patterns'], ['cdk-serverless-patterns', 'FunctionApi'], ['@aws-solutions-constructs/aws-apigateway-lambda']];

const more = (value: number, unit: string) => value < 0.5 ? `less than 0.5 ${unit}` : `+${value.toFixed(0)} ${unit}`;

function measureApis(rounds: number): string {
  log('loading');
  const [bare, ...loaded] = interleaved(rounds, LIBRARIES.map((library) => ['apps/load.js', ...library]));

  const synthesis = [1, 10, 50].map((count) => {
    log(`synthesizing ${count} APIs`);
    const costs = interleaved(rounds, KINDS.map((kind) => [`apps/function-api/${kind}.js`, `${count}`, '3']));
    return row(count, ...costs.flatMap(({ cpuMs, peakMb }) => [`${Math.round(cpuMs)} ms`, (cpuMs / costs[0].cpuMs).toFixed(2), `${Math.round(peakMb)} MB`]));
  });

  log('sizes of APIs');
  const sizes = [3, 60, 200].map((routes) => row(routes, ...KINDS.flatMap((kind) => {
    const { resources, bytes } = size(template(`function-api/${kind}`, 1, routes));
    return [resources > 500 ? `${resources} (more than a stack may have)` : resources, kB(bytes)];
  })));

  return `The architecture: an API with IAM access, a validated POST and GETs of items, CORS for one origin on preflights and errors, throttling, tracing, an alarm of server errors, in front of one function.
*By hand* is plain L2 constructs with the same guarantees, one unscoped permission included (\`bench/apps/function-api/by-hand.js\`). *Solutions* is \`@aws-solutions-constructs/aws-apigateway-lambda\` with the same added to it.

Synthesis of 1, 10 and 50 APIs of 3 routes, ten in a stack:

${table(['APIs', 'by hand: CPU', 'ratio', 'peak', 'FunctionApi: CPU', 'ratio', 'peak', 'Solutions: CPU', 'ratio', 'peak'], synthesis)}

Resources and template of one API, without the function and its role:

${table(['routes', 'by hand: resources', 'template', 'FunctionApi: resources', 'template', 'Solutions: resources', 'template'], sizes)}

Loading, CPU on top of \`require('aws-cdk-lib')\` (${Math.round(bare.cpuMs)} ms, ${Math.round(bare.peakMb)} MB):

${table(['loaded', 'CPU', 'peak memory'], LIBRARIES.slice(1).map((library, i) => row(
  library.join(', '), more(loaded[i].cpuMs - bare.cpuMs, 'ms'), more(loaded[i].peakMb - bare.peakMb, 'MB'))))}`;
}

const measureFanOut = (rounds: number) => `The architecture: a bus, and functions that each get its events through a queue, with dead letters, an alarm of them, partial batch responses and bounded concurrency.
${measureConsumers(rounds, {
  folder: 'event-fan-out',
  units: 'subscriptions',
  pattern: 'EventFanOut',
  solution: '@aws-solutions-constructs/aws-eventbridge-lambda',
  plain: 'rule.addTarget(new targets.LambdaFunction(fn))',
})}`;

const measureWorkers = (rounds: number) => `The architecture: a queue that a function works off, with dead letters, an alarm of them, partial batch responses and bounded concurrency.
${measureConsumers(rounds, {
  folder: 'queue-worker',
  units: 'workers',
  pattern: 'QueueWorker',
  solution: '@aws-solutions-constructs/aws-sqs-lambda',
  plain: 'fn.addEventSource(new SqsEventSource(queue))',
})}`;

/** What is measured for each section of the page. */
const SECTIONS: Record<string, (rounds: number) => string | Promise<string>> = {
  FunctionApi: measureApis,
  EventFanOut: measureFanOut,
  QueueWorker: measureWorkers,
  Saga: measureSagas,
  ScheduledJob: measureJobs,
  ScheduledCleanup: measureCleanups,
  ObjectPipeline: measurePipelines,
};

guarded(async () => {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, only: { type: 'string' } } });
  const rounds = Number(values.rounds);
  const sections = values.only ? [values.only] : Object.keys(SECTIONS);
  const unknown = sections.find((section) => !SECTIONS[section]);
  if (unknown) throw new Error(`--only takes one of ${Object.keys(SECTIONS).join(', ')}, not ${unknown}`);
  await installWith(await packLibrary(), join(root, 'bench'));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'bench/package.json'), 'utf8'));
  const solutions = Object.entries(dependencies).filter(([name]) => name.startsWith('@aws-solutions')).map(([name, version]) => `${name.split('/')[1]} ${version}`);
  const measured: Record<string, string> = {};
  for (const section of sections) measured[section] = await SECTIONS[section](rounds);
  writePage(measured, values.only ? undefined : `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${cpus().length} cores, aws-cdk-lib ${dependencies['aws-cdk-lib']},
AWS Solutions Constructs (${solutions.join(', ')}), template validation off. Medians of ${rounds} interleaved runs of whole processes; the ratios count, not the milliseconds.
`);
  log('docs/benchmarks.md written');
});
