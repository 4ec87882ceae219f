/**
 * Writes API.md. In a folder of its own, which holds assemblies only: jsii-docgen takes any copy of the library that it finds below,
 * and the example and the benchmarks have one each.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'fs';
import { join } from 'path';
import { bin, guarded, root, run } from './process';

const folder = join(root, '.tmp/docgen');

function copyAssembly(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of ['.jsii', '.jsii.gz', 'package.json']) {
    if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
  }
}

guarded(async () => {
  rmSync(folder, { recursive: true, force: true });
  copyAssembly(root, folder);
  const modules = join(root, 'node_modules');
  const scopes = readdirSync(modules).filter((name) => name.startsWith('@'));
  const names = [...readdirSync(modules), ...scopes.flatMap((scope) => readdirSync(join(modules, scope)).map((name) => `${scope}/${name}`))];
  for (const name of names.filter((each) => existsSync(join(modules, each, '.jsii')))) {
    copyAssembly(join(modules, name), join(folder, 'node_modules', name));
  }
  await run('jsii-docgen', bin('jsii-docgen'), ['-o', join(root, 'API.md')], 120, { cwd: folder });
});
