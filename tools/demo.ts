/**
 * Builds the library, deploys the shop to the local engine and drives it.
 *
 *   npm run demo [-- <chapter>] [-- --keep] [-- --port <port>]
 */
import { createHash } from 'crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parseArgs } from 'util';
import { chapters } from './demo/chapters';
import { Narrator } from './demo/narrator';
import { bootstrap, Engine, localUrl, startEngine } from './local-aws/engine';
import { bin, guarded, log, root, run, scratch } from './process';

const shop = join(root, 'examples/shop');

guarded(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'keep': { type: 'boolean', default: false },
      'port': { type: 'string', default: '0' },
      'deploy-limit': { type: 'string', default: '120' },
    },
  });
  const wanted = positionals.length > 0 ? positionals : Object.keys(chapters);
  const unknown = wanted.find((name) => !(name in chapters));
  if (unknown) throw new Error(`there is no chapter ${unknown}: choose of ${Object.keys(chapters).join(', ')}`);

  const [engine] = await Promise.all([
    startEngine({ port: Number(values.port) }).then(async (started) => {
      await bootstrap(started);
      return started;
    }),
    packLibrary().then(installInShop),
  ]);
  const outputs = await deployShop(engine, Number(values['deploy-limit']));
  const narrator = new Narrator(localUrl(engine, outputs.Url));
  for (const name of wanted) await chapters[name]({ engine, outputs, narrator });
  narrator.summary();

  if (values.keep) {
    console.log(`\nThe shop keeps running. Try:\n${narrator.curlLines()}\nCtrl-C stops it.`);
    await new Promise(() => setInterval(() => {}, 60_000));
  }
  if (narrator.failed > 0) throw new Error(`${narrator.failed} answers were not as expected`);
});

/** The tarball that users install, without the version in its name. */
async function packLibrary(): Promise<string> {
  log('building and packing the library');
  await run('the bundling of the handlers', bin('tsx'), ['tools/bundle.ts'], 60);
  await run('jsii', bin('jsii'), ['--fail-on-warnings', '--compress-assembly'], 120);
  const out = join(root, 'dist/js');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await run('npm pack', 'npm', ['pack', '--ignore-scripts', '--pack-destination', out], 60);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tarball = join(out, `${name}.tgz`);
  copyFileSync(join(out, `${name}-${version}.tgz`), tarball);
  return tarball;
}

async function installInShop(tarball: string): Promise<void> {
  const stamp = join(shop, 'node_modules/.library');
  const hash = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const first = !existsSync(stamp);
  if (first) log('installing the shop\'s packages (once, about 20 s)');
  await run('npm install of the shop', 'npm', [
    'install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', ...(first ? [] : ['--no-save', tarball]),
  ], 180, { cwd: shop });
  writeFileSync(stamp, hash);
}

async function deployShop(engine: Engine, seconds: number): Promise<Record<string, string>> {
  log('deploying the shop with the CDK CLI');
  const file = join(scratch, 'outputs.json');
  await run('cdk deploy', join(shop, 'node_modules/.bin/cdk'), [
    'deploy', '--require-approval', 'never', '--outputs-file', file, '--output', join(scratch, 'cdk.out'),
  ], seconds, { cwd: shop, env: { ...engine.env, PATH: `${join(shop, 'node_modules/.bin')}:${process.env.PATH}` } });
  log('shop deployed');
  return JSON.parse(readFileSync(file, 'utf8')).Shop;
}
