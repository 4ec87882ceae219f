/** The library as its users get it. */
import { createHash } from 'crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { bin, log, root, run } from './process';

/** Bundles the handlers and compiles the constructs. */
export async function compileLibrary(): Promise<void> {
  await run('the bundling of the handlers', bin('projen'), ['bundle'], 60);
  await run('jsii', bin('projen'), ['compile'], 120);
}

/** Builds the library and packs it, without the version in the tarball's name. */
export async function packLibrary(): Promise<string> {
  log('building and packing the library');
  await compileLibrary();
  const out = join(root, 'dist/pack'); // not dist/js: a release takes all that is there
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await run('npm pack', 'npm', ['pack', '--ignore-scripts', '--pack-destination', out], 60);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tarball = join(out, `${name}.tgz`);
  copyFileSync(join(out, `${name}-${version}.tgz`), tarball);
  return tarball;
}

/** Installs a folder's packages once, and the tarball whenever it changed. */
export async function installWith(tarball: string, folder: string): Promise<void> {
  const stamp = join(folder, 'node_modules/.library');
  const hash = createHash('sha256').update(readFileSync(tarball)).update(readFileSync(join(folder, 'package.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const first = !existsSync(stamp);
  if (first) log(`installing the packages of ${folder.slice(root.length + 1)} (once, about 20 s)`);
  await run('npm install', 'npm', [
    'install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', ...(first ? [] : ['--no-save', tarball]),
  ], 180, { cwd: folder });
  writeFileSync(stamp, hash);
}
