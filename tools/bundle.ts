/** Bundles each src/patterns/<pattern>/<verb>.handler.ts into assets/<pattern>/<verb>/index.js. */
import { readdirSync, rmSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { buildSync } from 'esbuild';

const root = resolve(__dirname, '..');
rmSync(join(root, 'assets'), { recursive: true, force: true });
const handlers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.handler.ts')).sort();
if (handlers.length === 0) throw new Error('no handlers found under src/');
for (const file of handlers) {
  buildSync({
    absWorkingDir: root,
    entryPoints: [join('src', file)],
    outfile: join('assets', basename(dirname(file)), basename(file, '.handler.ts'), 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@aws-sdk/*', '@smithy/*'], // Lambda's runtime has them
    legalComments: 'eof',
    tsconfig: 'tsconfig.dev.json',
    logLevel: 'warning',
  });
}
