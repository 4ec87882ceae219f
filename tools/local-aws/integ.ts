/** Deploys the integration tests to the local engine and lets their assertions judge. */
import { cpSync, rmSync } from 'fs';
import { join } from 'path';
import { bin, guarded, log, root, run } from '../process';
import { bootstrap, startEngine } from './engine';

/** Tests run at once, each in a region. */
const REGIONS = ['us-east-1', 'us-west-2'];

guarded(async () => {
  // a copy: a deployment rewrites the snapshots, and here they would hold the address of the local engine
  const copy = join(root, 'integ.local');
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(root, 'integ'), copy, { recursive: true, filter: (path) => !path.includes('.snapshot') });
  try {
    const engine = await startEngine();
    await Promise.all(REGIONS.map((region) => bootstrap(engine, region)));
    log('deploying the integration tests');
    await run('integ-runner', bin('integ-runner'), [
      '--directory', 'integ.local', '--language', 'typescript', '--app', 'node_modules/.bin/tsx {filePath}',
      '--update-on-failed', '--no-clean', ...REGIONS.flatMap((region) => ['--parallel-regions', region]), '--max-workers', `${REGIONS.length}`, ...process.argv.slice(2),
    ], 600, { env: engine.env, echo: true });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
