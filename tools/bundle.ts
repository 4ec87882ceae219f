/** Bundles each src/patterns/<pattern>/<verb>.handler.ts into assets/<pattern>/<verb>/index.js, with the licences of what is in them beside. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { buildSync } from 'esbuild';

const root = resolve(__dirname, '..');
rmSync(join(root, 'assets'), { recursive: true, force: true });
const handlers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.handler.ts')).sort();
if (handlers.length === 0) throw new Error('no handlers found under src/');
const packages = new Set<string>();
for (const file of handlers) {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [join('src', file)],
    outfile: join('assets', basename(dirname(file)), basename(file, '.handler.ts'), 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    supported: { 'dynamic-import': false }, // a client that is loaded late is CommonJS, too
    external: ['@aws-sdk/*', '@smithy/*'], // Lambda's runtime has them
    legalComments: 'eof',
    tsconfig: 'tsconfig.dev.json',
    logLevel: 'warning',
    metafile: true,
  });
  for (const input of Object.keys(metafile.inputs)) {
    const [name] = /(?<=node_modules\/)(@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (name) packages.add(name);
  }
}

const licences = [...packages].sort().map((name) => {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file)).sort();
  const needsText = license !== 'MIT-0'; // the MIT licence without its condition to repeat it
  if (needsText && texts.length === 0) throw new Error(`${name} is bundled and has no licence file`);
  return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(join(folder, file), 'utf8').trim())].join('\n\n');
});
writeFileSync(join(root, 'assets/THIRD-PARTY-LICENSES.txt'), `The handlers in this folder hold code of these packages.\n\n${licences.join('\n\n---\n\n')}\n`);
