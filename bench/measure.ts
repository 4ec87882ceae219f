/** Runs the apps of bench/apps, each in a process of its own, from its start to its end. */
import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { Template } from './guarantees';
import { root } from '../tools/process';

export interface Cost { readonly cpuMs: number; readonly peakMb: number }
export interface Size { readonly resources: number; readonly bytes: number }

/** What an app prints at its end. */
export function node<T>(...args: string[]): T {
  const printed = execFileSync(process.execPath, args, {
    cwd: join(root, 'bench'),
    encoding: 'utf8',
    maxBuffer: 10_000_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet', CDK_OUTDIR: join(root, '.tmp/bench.out') },
  });
  return JSON.parse(printed.trim().split('\n').pop()!);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Runs each variant once a round, one after the other, so that what disturbs the machine disturbs all. Medians of all that they print. */
export function interleaved<Of extends Cost>(rounds: number, variants: string[][]): Of[] {
  const costs = variants.map(() => [] as Of[]);
  for (let round = 0; round <= rounds; round++) {
    variants.forEach((args, i) => {
      const cost = node<Of>(...args);
      if (round > 0) costs[i].push(cost); // the first one warms the file cache
    });
  }
  return costs.map((all) => {
    const names = Object.keys(all[0]) as Array<keyof Of>;
    return Object.fromEntries(names.map((name) => [name, median(all.map((cost) => Number(cost[name])))])) as unknown as Of;
  });
}

/** The template of an app's first stack. */
export function template(app: string, ...numbers: number[]): Template {
  return node<Template>(`apps/${app}.js`, ...numbers.map(String), 'describe');
}

/** Lines of an app without comments and imports. */
export function lines(app: string): number {
  return readFileSync(join(root, `bench/apps/${app}.js`), 'utf8').split('\n').filter((line) => !/^$|^\/[/*]|= require\(/.test(line)).length;
}

/** How much a template holds; the functions and their roles are the user's. */
export function size(made: Template): Size {
  const ours = Object.entries(made.Resources).filter(([id, { Type }]) => !(id.startsWith('Fn') && ['AWS::Lambda::Function', 'AWS::IAM::Role'].includes(Type)));
  return { resources: ours.length, bytes: JSON.stringify({ ...made, Resources: Object.fromEntries(ours) }).length };
}
