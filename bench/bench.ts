/**
 * What the library costs, beside the same architecture by hand and with AWS Solutions Constructs: ratios within one run.
 *
 *   npm run bench [-- --rounds <n>]
 */
import { execFileSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { cpus } from 'os';
import { join } from 'path';
import { parseArgs } from 'util';
import { installWith, packLibrary } from '../tools/package';
import { guarded, log, root } from '../tools/process';

interface Cost { readonly cpuMs: number; readonly peakMb: number }
interface Size { readonly resources: number; readonly bytes: number }

const KINDS = ['patterns', 'by-hand', 'solutions'] as const;
const LIBRARIES = [[], ['cdk-serverless-patterns'], ['cdk-serverless-patterns', 'FunctionApi'], ['@aws-solutions-constructs/aws-apigateway-lambda']];

function node<T>(...args: string[]): T {
  const printed = execFileSync(process.execPath, args, {
    cwd: join(root, 'bench'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet', CDK_OUTDIR: join(root, '.tmp/bench.out') },
  });
  return JSON.parse(printed.trim().split('\n').pop()!);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Runs each variant once a round, one after the other, so that what disturbs the machine disturbs all. */
function interleaved(rounds: number, variants: string[][]): Cost[] {
  const costs = variants.map(() => [] as Cost[]);
  for (let round = 0; round <= rounds; round++) {
    variants.forEach((args, i) => {
      const cost = node<Cost>(...args);
      if (round > 0) costs[i].push(cost); // the first one warms the file cache
    });
  }
  return costs.map((all) => ({ cpuMs: median(all.map(({ cpuMs }) => cpuMs)), peakMb: median(all.map(({ peakMb }) => peakMb)) }));
}

const more = (value: number, unit: string) => value < 0.5 ? `less than 0.5 ${unit}` : `+${value.toFixed(0)} ${unit}`;
const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[]) => [row(...head), row(...head.map(() => '---')), ...rows].join('\n');

guarded(async () => {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
  const rounds = Number(values.rounds);
  await installWith(await packLibrary(), join(root, 'bench'));

  log('loading');
  const [bare, ...loaded] = interleaved(rounds, LIBRARIES.map((library) => ['apps/load.js', ...library]));

  const synthesis = [1, 10, 50].map((count) => {
    log(`synthesizing ${count}`);
    const [patterns, byHand, solutions] = interleaved(rounds, KINDS.map((kind) => [`apps/${kind}.js`, `${count}`, '3']));
    return row(count, ...[byHand, patterns, solutions].flatMap(({ cpuMs, peakMb }) => [
      `${Math.round(cpuMs)} ms`, (cpuMs / byHand.cpuMs).toFixed(2), `${Math.round(peakMb)} MB`,
    ]));
  });

  log('sizes');
  const sizes = [3, 60, 200].map((routes) => row(routes, ...['by-hand', 'patterns', 'solutions'].flatMap((kind) => {
    const { resources, bytes } = node<Size>(`apps/${kind}.js`, '1', `${routes}`, 'describe');
    return [resources > 500 ? `${resources} (more than a stack may have)` : resources, `${(bytes / 1000).toFixed(1)} kB`];
  })));

  const { dependencies } = JSON.parse(readFileSync(join(root, 'bench/package.json'), 'utf8'));
  writeFileSync(join(root, 'docs/benchmarks.md'), `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${cpus().length} cores, aws-cdk-lib ${dependencies['aws-cdk-lib']},
AWS Solutions Constructs ${dependencies['@aws-solutions-constructs/core']}, template validation off. Medians of ${rounds} interleaved runs of whole processes; the ratios count, not the milliseconds.

## FunctionApi

The architecture: an API with IAM access, a validated POST and GETs of items, CORS for one origin on preflights and errors, throttling, tracing, an alarm of server errors, in front of one function.
*By hand* is plain L2 constructs with the same guarantees, one unscoped permission included (\`bench/apps/by-hand.js\`). *Solutions* is \`@aws-solutions-constructs/aws-apigateway-lambda\` with the same added to it.

Synthesis of 1, 10 and 50 APIs of 3 routes, ten in a stack:

${table(['APIs', 'by hand: CPU', 'ratio', 'peak', 'FunctionApi: CPU', 'ratio', 'peak', 'Solutions: CPU', 'ratio', 'peak'], synthesis)}

Resources and template of one API, without the function and its role:

${table(['routes', 'by hand: resources', 'template', 'FunctionApi: resources', 'template', 'Solutions: resources', 'template'], sizes)}

Loading, CPU on top of \`require('aws-cdk-lib')\` (${Math.round(bare.cpuMs)} ms, ${Math.round(bare.peakMb)} MB):

${table(['loaded', 'CPU', 'peak memory'], LIBRARIES.slice(1).map((library, i) => row(
  library.join(', '), more(loaded[i].cpuMs - bare.cpuMs, 'ms'), more(loaded[i].peakMb - bare.peakMb, 'MB'))))}
`);
  log('docs/benchmarks.md written');
});
