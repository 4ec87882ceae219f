/**
 * Builds the library, deploys the shop to the local engine and drives it.
 *
 *   npm run demo [-- <chapter>] [-- --keep] [-- --port <port>]
 */
import { readFileSync } from 'fs';
import { join } from 'path';
import { parseArgs } from 'util';
import { chapters } from './demo/chapters';
import { Narrator } from './demo/narrator';
import { bootstrap, Engine, localUrl, startEngine } from './local-aws/engine';
import { installWith, packLibrary } from './package';
import { guarded, log, root, run, scratch } from './process';

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
  for (const name of ['port', 'deploy-limit'] as const) {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} takes a whole number, not ${values[name]}`);
  }
  const wanted = positionals.length > 0 ? positionals : Object.keys(chapters);
  const unknown = wanted.find((name) => !(name in chapters));
  if (unknown) throw new Error(`there is no chapter ${unknown}: choose of ${Object.keys(chapters).join(', ')}`);

  const [engine] = await Promise.all([
    startEngine({ port: Number(values.port) }).then(async (started) => {
      await bootstrap(started);
      return started;
    }),
    packLibrary().then((tarball) => installWith(tarball, shop)),
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

async function deployShop(engine: Engine, seconds: number): Promise<Record<string, string>> {
  log('deploying the shop with the CDK CLI');
  const file = join(scratch, 'outputs.json');
  await run('cdk deploy', join(shop, 'node_modules/.bin/cdk'), [
    'deploy', '--require-approval', 'never', '--outputs-file', file, '--output', join(scratch, 'cdk.out'),
  ], seconds, { cwd: shop, env: { ...engine.env, PATH: `${join(shop, 'node_modules/.bin')}:${process.env.PATH}` } });
  log('shop deployed');
  return JSON.parse(readFileSync(file, 'utf8')).Shop;
}
