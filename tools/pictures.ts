/** Draws each docs/pictures/<name>.dot as docs/pictures/<name>.svg, and the state machines of two sagas as their definitions have them. */
import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { machinePicture } from './machine-picture';
import { picturedSagas } from './pictured-sagas';

const folder = resolve(__dirname, '../docs/pictures');

void import('@viz-js/viz').then(async ({ instance }) => {
  const viz = await instance();
  const sources = readdirSync(folder).filter((file) => file.endsWith('.dot'));
  if (sources.length === 0) throw new Error(`no pictures found in ${folder}`);
  const draw = (name: string, source: string) => writeFileSync(join(folder, `${name}.svg`), viz.renderString(source, { format: 'svg' }));
  for (const file of sources) draw(file.replace(/\.dot$/, ''), readFileSync(join(folder, file), 'utf8'));
  for (const [name, definition] of Object.entries(picturedSagas())) draw(name, machinePicture(definition));
});
