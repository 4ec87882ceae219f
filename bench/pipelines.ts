/** The worker of ObjectPipeline as it is shipped, beside the loop that guides show: rows in a second, the memory of a large file, and what a first object costs. */
import { constants } from 'buffer';
import { once } from 'events';
import { join } from 'path';
import { Cost, interleaved, node } from './measure';
import { row, table } from './page';
import { log, root, start } from '../tools/process';

/** Runs take long. */
const MOST_ROUNDS = 3;
const LATENCY = 10;
const ROW_BYTES = 100;
const LOOP_ROWS = 1_000;
const WORKER_ROWS = 200_000;
const LARGE_ROW_BYTES = 500;
const GIGABYTE = 1_000_000_000;
/** What V8 chooses by itself where there is 1 GB, as the worker has. */
const WORKER_HEAP = ['--max-semi-space-size=4', '--max-old-space-size=512'];
const SMALL_HEAP = ['--max-semi-space-size=4', '--max-old-space-size=64'];

interface Run extends Cost { readonly seconds: number; readonly written: number }

const number = (value: number) => Math.round(value).toLocaleString('en').replace(/,/g, ' ');
const millis = ({ cpuMs }: Cost) => `${Math.round(cpuMs)} ms`;
const megabytes = ({ peakMb }: Cost) => `${Math.round(peakMb)} MB`;
const perSecond = ({ written, seconds }: Run) => written / seconds;
const perCpuSecond = ({ written, cpuMs }: Run) => written / cpuMs * 1000;

export async function measurePipelines(rounds: number): Promise<string> {
  const endpoint = await startServices();
  const times = Math.min(rounds, MOST_ROUNDS);
  const run = (kind: string, rows: number, bytes = ROW_BYTES, latency = LATENCY) => ['apps/object-pipeline/rows.js', endpoint, kind, `${rows}`, `${bytes}`, `${latency}`];

  log('writing rows');
  const wanted = { loop: LOOP_ROWS, rows: WORKER_ROWS, transform: WORKER_ROWS };
  const costs = interleaved<Run>(times, Object.entries(wanted).map(([kind, rows]) => run(kind, rows)));
  const names = ['the loop', 'the worker', 'the worker, with a transform'];
  const speed = Object.values(wanted).map((rows, i) => {
    const cost = checked(costs[i], rows);
    const ratios = [perSecond, perCpuSecond].flatMap((rate) => [number(rate(cost)), (rate(cost) / rate(costs[0])).toFixed(1)]);
    return row(names[i], number(rows), ...ratios);
  });

  const rows = GIGABYTE / LARGE_ROW_BYTES;
  const heaps = [
    ['rows', names[1], WORKER_HEAP],
    ['transform', names[2], WORKER_HEAP],
    ['rows', `${names[1]}, with a heap of 64 MB`, SMALL_HEAP],
  ] as const;
  const large = heaps.map(([kind, name, flags]) => {
    log(`a file of 1 GB: ${name}`);
    const cost = checked(node<Run>(...flags, ...run(kind, rows, LARGE_ROW_BYTES, 0)), rows);
    return row(name, number(rows), `${Math.round(cost.cpuMs / 1000)} s`, megabytes(cost));
  });

  log('cold starts');
  const kinds = { empty: 'an empty handler', rows: 'rows', transform: 'rows, with a transform', function: 'whole objects' };
  const starts = Object.keys(kinds).flatMap((kind) => [[kind], [kind, endpoint]]);
  const clients = ['s3', 'dynamodb', 'lambda'].map((_, n, services) => [services.slice(0, n + 1).map((name) => `@aws-sdk/client-${name}`).join()]);
  const measured = interleaved<Cost>(rounds, [...starts, ...clients].map((args) => ['apps/object-pipeline/cold.js', ...args]));
  const cells = measured.map((cost) => [millis(cost), megabytes(cost)]);
  const cold = Object.values(kinds).map((name, i) => row(name, ...cells[2 * i], ...cells[2 * i + 1]));
  const loads = [measured[0], ...measured.slice(starts.length)].map(({ cpuMs }) => cpuMs);
  const [s3, dynamodb, lambda] = clients.map((_, i) => Math.round(loads[i + 1] - loads[i]));

  return `The worker's handler as it is shipped, and the loop that guides show (\`bench/apps/object-pipeline/loop.js\`): the whole file in memory, split at its lines and commas, one \`PutItem\` for each. It keeps no checkpoint, no archive and no rejected row,
and what it has not written when its time is over is lost. Both ask a stand-in for S3, DynamoDB and Lambda in another process, over HTTP without TLS (\`aws.js\`), which makes the file while it is read.

CSV with rows of ${ROW_BYTES} bytes and 4 columns, into a table that answers in ${LATENCY} ms, medians of ${times} interleaved runs, without loading. The loop gets fewer rows, since it is so slow:

${table(['', 'rows', 'rows a second', 'ratio', 'rows per CPU-second', 'ratio'], speed)}

A file of 1 GB with rows of ${LARGE_ROW_BYTES} bytes, into a table that answers at once, in one run. The memory is that of the whole process, whose V8 has the heap that it chooses where there is 1 GB, as the worker has; one of 64 MB
is enough, too. The loop cannot read such a file: the longest text of Node has ${Math.round(constants.MAX_STRING_LENGTH / 1_000_000)} MB.

${table(['', 'rows', 'CPU', 'peak memory'], large)}

A process from its start until the handler is loaded, and until its first object of 10 rows is archived:

${table(['', 'loaded: CPU', 'peak memory', 'first object: CPU', 'peak memory'], cold)}

Of loading, without the handler: the client of S3 ${s3} ms, that of DynamoDB ${dynamodb} ms on top, that of Lambda ${lambda} ms on top of both.`;
}

function checked(cost: Run, rows: number): Run {
  if (cost.written !== rows) throw new Error(`${rows} rows must be written, not ${cost.written}`);
  return cost;
}

/** Where the stand-in listens; it ends with this process. */
async function startServices(): Promise<string> {
  const server = start(process.execPath, ['apps/object-pipeline/aws.js'], { cwd: join(root, 'bench'), stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout!, 'data');
  return String(line).trim();
}
