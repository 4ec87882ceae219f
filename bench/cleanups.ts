/** The sweeper of ScheduledCleanup as it is shipped, beside the loop that guides show: what a delete costs, how far each comes, and a million items. */
import { once } from 'events';
import { join } from 'path';
import { Cost, interleaved, node } from './measure';
import { row, table } from './page';
import { log, root, start } from '../tools/process';

/** Sweeps take long. */
const MOST_ROUNDS = 3;
const ITEMS = 20_000;
const YOUNG = 5_000;
const MILLION = 1_000_000;
const BYTES = 500;

interface Sweep extends Cost { readonly deleted: number; readonly left: number }

const seconds = ({ cpuMs }: Cost) => `${(cpuMs / 1000).toFixed(1)} s`;
const perSecond = ({ deleted, cpuMs }: Sweep) => deleted / cpuMs * 1000;
const number = (value: number) => value.toLocaleString('en').replace(/,/g, ' ');

export async function measureCleanups(rounds: number): Promise<string> {
  const endpoint = await startTable();
  const times = Math.min(rounds, MOST_ROUNDS);
  /** A table whose first items, so many, are young, and all others old. */
  const sweep = (kind: string, items: number, young: number, ...until: string[]) => ['apps/scheduled-cleanup/sweep.js', endpoint, kind, `${items}.${BYTES}.${young}`, ...until];

  log('deleting old items');
  const [loop, sweeper] = interleaved<Sweep>(times, [sweep('loop', ITEMS, 0, 'until-empty'), sweep('sweeper', ITEMS, 0)]);
  const speed = [loop, sweeper].map((cost, i) => row(
    ['the loop, called until nothing is left', 'the sweeper'][i], seconds(cost), number(Math.round(perSecond(cost))), (perSecond(cost) / perSecond(loop)).toFixed(1)));

  log('calling the loop once');
  const reach = Object.entries({ 'all are old': 0, [`the first ${number(YOUNG)} are young`]: YOUNG }).map(([which, young]) => {
    const both = ['loop', 'sweeper'].map((kind) => node<Sweep>(...sweep(kind, ITEMS, young)));
    if (both[1].left !== young) throw new Error(`the sweeper must leave ${young} items, not ${both[1].left}`);
    return row(which, ...both.flatMap(({ deleted, left }) => [number(deleted), number(left - young)]));
  });

  const million = Object.entries({ 'all stay': MILLION, 'all go': 0 }).map(([which, young]) => {
    log(`a million items: ${which}`);
    const cost = node<Sweep>(...sweep('sweeper', MILLION, young));
    if (cost.left !== young) throw new Error(`the sweeper must leave ${young} items, not ${cost.left}`);
    return row(which, seconds(cost), `${Math.round(cost.peakMb)} MB`);
  });

  return `The sweeper's handler as it is shipped, and the loop that guides show (\`bench/apps/scheduled-cleanup/loop.js\`): one scan of whole items, one \`DeleteItem\` for each that is old. Both ask a stand-in for DynamoDB
in another process, over HTTP without TLS, which answers at once and ends a page at 1 MB as DynamoDB does (\`table.js\`). So it is the client's CPU that counts, without loading; waiting is not in it. Items have ${BYTES} bytes and two keys.
The loop deletes whatever has the key; the sweeper only what still is as it was judged.

${number(ITEMS)} old items, medians of ${times} interleaved runs:

${table(['', 'CPU', 'deletes per CPU-second', 'ratio'], speed)}

What one run reaches, of ${number(ITEMS)} items (${ITEMS * BYTES / 1_000_000} MB). The loop sees the first 1 MB, and succeeds; where nothing there is old, it never deletes anything:

${table(['', 'the loop: deleted', 'old ones left', 'the sweeper: deleted', 'old ones left'], reach)}

The sweeper on a million items, reading keys and time only, in one run:

${table(['', 'CPU', 'peak memory'], million)}`;
}

/** Where the stand-in listens; it ends with this process. */
async function startTable(): Promise<string> {
  const server = start(process.execPath, ['apps/scheduled-cleanup/table.js'], { cwd: join(root, 'bench'), stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout!, 'data');
  return String(line).trim();
}
