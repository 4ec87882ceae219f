import { readFileSync } from 'fs';
import { join } from 'path';
import { root } from './examples';
import { Engine } from '../../tools/local-aws/engine';
import { bin, run, scratch } from '../../tools/process';

/** Deploys a stack of an app with the real CDK CLI to the local engine, and gives its outputs. */
export async function deploy(engine: Engine, app: string, stack: string, env: NodeJS.ProcessEnv = {}): Promise<Record<string, string>> {
  const outputs = join(scratch, `${stack}.outputs.json`);
  await run(`cdk deploy ${stack}`, bin('cdk'), [
    'deploy', stack, '--app', `${bin('tsx')} ${app}`, '--output', join(scratch, `${stack}.out`),
    '--require-approval', 'never', '--outputs-file', outputs,
  ], 120, { cwd: root, env: { ...engine.env, ...env } });
  return JSON.parse(readFileSync(outputs, 'utf8'))[stack];
}
