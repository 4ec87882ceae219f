/** Draws each docs/pictures/<name>.dot as docs/pictures/<name>.svg. */
import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';

const folder = resolve(__dirname, '../docs/pictures');

void import('@viz-js/viz').then(async ({ instance }) => {
  const viz = await instance();
  const sources = readdirSync(folder).filter((file) => file.endsWith('.dot'));
  if (sources.length === 0) throw new Error(`no pictures found in ${folder}`);
  for (const file of sources) {
    writeFileSync(join(folder, file.replace(/\.dot$/, '.svg')), viz.renderString(readFileSync(join(folder, file), 'utf8'), { format: 'svg' }));
  }
});
