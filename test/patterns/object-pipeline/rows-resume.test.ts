/** However an object is cut, killed and throttled, it becomes what one pass, and a reference that shares no code, make of it. */
import * as fc from 'fast-check';
import { BackOff } from '../../../src/foundation/runtime/back-off';
import { ColumnType, RowSettings } from '../../../src/patterns/object-pipeline/contract';
import { CSV, JSON_LINES, objectOf, RowObject } from '../../support/row-objects';
import { Expected, expected, Made, ofObject } from '../../support/row-reference';
import { fault, RowFunction, RowTable, Transformed } from '../../support/row-sinks';

jest.setTimeout(300_000);
const RUNS = Number(process.env.ROWS_RUNS ?? 80);
const KILLED = 'Killed';
const HOUR = 3_600_000;

beforeEach(() => {
  jest.spyOn(BackOff.prototype, 'pause').mockImplementation(async () => new Promise((done) => { setImmediate(done); }));
});
afterEach(() => jest.restoreAllMocks());

/** What happens on the way. */
interface Course {
  readonly chunks: number[];
  /** A run each: for how many questions after its time it lasts, how fast the time goes, and after how many things done it dies. */
  readonly runs: Array<{ readonly asks: number; readonly tick: number; readonly dies: number }>;
  readonly delays: number[];
  readonly troubles: number[];
  readonly gzip: number;
}

const course: fc.Arbitrary<Course> = fc.record({
  chunks: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
  runs: fc.array(
    fc.record({ asks: fc.nat(60), tick: fc.constantFrom(1, 900, 5000, 31_000), dies: fc.oneof(fc.constant(-1), fc.nat(12)) }), { maxLength: 12 },
  ),
  delays: fc.array(fc.nat(4), { minLength: 1, maxLength: 9 }),
  troubles: fc.array(fc.nat(12), { maxLength: 20 }).map((troubles) => [...troubles, 12]),
  gzip: fc.constantFrom(0, 0, 1, 3),
});

class Cut {
  public killed = 0;
  public cut = 0;
  private turn = 0;
  private asked = 0;
  private left = -1;
  private isDead = false;

  constructor(private readonly through: Course, private readonly table: RowTable, private readonly object: RowObject) {
    object.chunks = through.chunks;
    table.delay = async () => {
      for (let n = through.delays[this.turn++ % through.delays.length]; n > 0; n--) await new Promise((done) => { setImmediate(done); });
    };
    const done = () => {
      if (this.left === 0) this.isDead = true;
      if (this.left >= 0) this.left--;
      return this.isDead;
    };
    table.before = (batch) => {
      if (this.isDead) return fault(KILLED);
      const trouble = through.troubles[this.asked++ % through.troubles.length];
      if (trouble === 0) return fault('ProvisionedThroughputExceededException');
      if (trouble === 1) return fault('InternalServerError', 'as planned', 500);
      return batch.map((_, n) => n).filter((n) => trouble === 2 || trouble === 3 && n % 2 === 0);
    };
    table.after = () => done() ? fault(KILLED) : undefined;
    const die = () => {
      if (done()) throw new Error(KILLED);
    };
    object.beforeKeep = object.afterKeep = die;
  }

  public async toEnd(settings: Partial<RowSettings>, fn?: RowFunction, invalid?: string): Promise<void> {
    for (const { asks, tick, dies } of [...this.through.runs, { asks: Infinity, tick: 0, dies: -1 }]) {
      this.isDead = false;
      this.left = dies;
      let time = asks === Infinity ? HOUR : 30_000 + asks * tick;
      try {
        const { done } = await this.object.run(settings, this.table, fn?.sink(), () => time -= tick);
        expect(this.table.underWay).toBe(0);
        if (done) return expect(invalid).toBeUndefined();
        this.cut++;
      } catch (error) {
        if ((error as Error).name === 'InvalidObject') return expect((error as Error).message).toContain(invalid);
        if (!this.isDead) throw error;
        this.killed++;
      }
    }
    throw new Error('no end');
  }
}

/** Puts it through one pass and through the course, and both beside what is expected. */
async function tried(
  text: Buffer, settings: Partial<RowSettings>, tableOf: () => RowTable, through: Course, make?: (row: any) => Made, functionOf?: () => RowFunction,
): Promise<Cut> {
  const format = { ...settings.format!, gzip: through.gzip > 0 };
  const wanted = expected(text, format, tableOf(), make);
  const [whole, pieces] = [objectOf(text, through.gzip), objectOf(text, through.gzip)];
  const calm: Course = { ...through, chunks: [64 * 1024], runs: [], delays: [0], troubles: [12] };
  let cut!: Cut;
  for (const [object, on] of [[whole, calm], [pieces, through]] as const) {
    const table = tableOf();
    cut = new Cut(on, table, object);
    await cut.toEnd({ ...settings, format }, functionOf?.(), wanted.fault);
    expect(outcome(table, object)).toEqual(wanted);
    expect(object.sources.every((source) => source.destroyed)).toBe(true);
  }
  return cut;

  function outcome(table: RowTable, { checkpoint, rejects }: RowObject): Expected {
    const { read = 0, written = 0, rejected = 0 } = checkpoint ?? {};
    expect(rejected).toBe(rejects.length);
    return { items: table.sorted(), rejects, read, written, fault: wanted.fault };
  }
}

const letter = fc.constantFrom('a', 'b', '1', ' ', ',', '"', '\n', '\r\n', '\r', 'é', 'ß', '漢', '😀', '\ufeff', '\u2028', '\ufffd', '\'', ';', '\\', '+', '%', '\t');
const cell = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));
const quoted = (text: string, isForced: boolean) => isForced || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const line = fc.record({
  id: fc.oneof({ weight: 9, arbitrary: fc.nat(12).map((n) => `k${n}`) }, { weight: 1, arbitrary: fc.constantFrom('', '\ufeffk', 'refuse1', 'refuse2', 'k0,k0', 'k"0', '"k0" ', 'k\xff') }),
  number: fc.constantFrom('1', '2.5', '-3', '', ' 7 ', '1e3', 'none'),
  cells: fc.array(fc.tuple(cell, fc.boolean()).map(([text, isForced]) => quoted(text, isForced)), { minLength: 1, maxLength: 3 }),
  end: fc.constantFrom('\n', '\r\n'),
  blank: fc.constantFrom('', '', '', '', '', '\n', '\r\n', ',,\n', '"",\r\n'),
});
const csvText = fc.record({
  mark: fc.constantFrom('', '\ufeff'),
  header: fc.constantFrom('id,n,x', '\nid,n,"x\r\ny"', ' id , n ,漢', 'id,n,"é "'),
  lines: fc.array(line, { maxLength: 60, size: 'max' }),
  hasEnd: fc.boolean(),
  rest: fc.constantFrom('', '', '', '', '"open', 'k1,1,"a\n\nb'),
}).map(({ mark, header, lines, hasEnd, rest }) => {
  const body = lines.map(({ id, number, cells, end, blank }) => `${[id, number, ...cells].join()}${end}${blank}`).join('');
  const text = `${mark}${header}\n${hasEnd || rest ? body : body.replace(/\r?\n$/, '')}${rest}`;
  return Buffer.from(text.split('\xff').flatMap((part, n) => n === 0 ? [Buffer.from(part)] : [Buffer.from([0xff]), Buffer.from(part)]).reduce((all, part) => Buffer.concat([all, part]), Buffer.alloc(0)));
});

const refusing = () => {
  const table = new RowTable(['id']);
  table.refusal = ({ id, text }) => /refuse/.test(id.S!) || /refuse/.test(text?.S ?? '') ? `planned, ${id.S}` : undefined;
  return table;
};

test('fault 61: CSV comes to the same, wherever it is cut or dies', async () => {
  const settings = { format: { ...CSV, columnTypes: { n: ColumnType.NUMBER } } };
  const seen = { cut: 0, killed: 0 };
  await fc.assert(fc.asyncProperty(csvText, course, async (text, through) => {
    const { cut, killed } = await tried(text, settings, refusing, through);
    seen.cut += cut;
    seen.killed += killed;
  }), { numRuns: RUNS });
  expect(seen.cut).toBeGreaterThan(RUNS / 10);
  expect(seen.killed).toBeGreaterThan(RUNS / 10);
});

const value = fc.oneof(fc.nat(9), fc.constantFrom(null, true, false, '', 'é漢😀', '\ufeff', 0.1, -2.5, 1e21, 1e-7), fc.array(fc.nat(3), { maxLength: 2 }), fc.record({ a: fc.nat(3), constructor: fc.nat(3) }));
const jsonLine = fc.oneof(
  { weight: 9, arbitrary: fc.record({ id: fc.nat(12).map((n) => `k${n}`), x: value, text: fc.constantFrom('a', '\r\n', 'refuse', '"') }).map((row) => JSON.stringify(row)) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '[]', '7', 'null', '{', '{"id":1}', '{}', '"k"', '{"id":"k1"}x', '{"id":"\xff"}', '{"id":"\ufffd"}', ' {"id":"k2" }\t') },
);
const jsonText = fc.record({ mark: fc.constantFrom('', '\ufeff'), lines: fc.array(fc.tuple(jsonLine, fc.constantFrom('\n', '\r\n')), { maxLength: 60, size: 'max' }), hasEnd: fc.boolean() })
  .map(({ mark, lines, hasEnd }) => {
    const text = mark + lines.map((parts) => parts.join('')).join('');
    return Buffer.concat((hasEnd ? text : text.replace(/\r?\n$/, '')).split('\xff').flatMap((part, n) => n === 0 ? [Buffer.from(part)] : [Buffer.from([0xff]), Buffer.from(part)]));
  });

test('fault 61: JSON Lines come to the same, wherever they are cut or die', async () => {
  await fc.assert(fc.asyncProperty(jsonText, course, async (text, through) => {
    await tried(text, { format: JSON_LINES }, refusing, through);
  }), { numRuns: RUNS });
});

/** What a transform does with a row is in the row. */
const KINDS = ['ok', 'ok', 'ok', 'ok', 'reject', 'crash', 'forget', 'flaky', 'several', 'keyless', 'refuse', 'half'];
const made = (row: any): Made => {
  const item = ofObject(row);
  switch (row.kind) {
    case 'ok': case 'flaky': return [item];
    case 'several': return [{ ...item, id: { S: 'one' } }, item, { ...item, id: { S: `${row.id}2` } }];
    case 'half': return [item, { ...item, id: { S: 'refuse3' } }, { ...item, id: { S: 'refuse4' } }];
    case 'refuse': return [{ ...item, id: { S: 'refuse5' } }];
    case 'keyless': return 'has no value for \'id\', a key of the table';
    case 'reject': return 'as planned';
    case 'crash': return 'CrashError: as planned';
    default: return 'the transform gave no answer for row 1 of 1';
  }
};
const plain = (row: any, ...ids: string[]) => ids.map((id) => ({ ...row, id }));

function transform(hiccups: number[]): RowFunction {
  let turn = 0;
  const flaky = new Set<string>();
  return new RowFunction(({ rows }): Transformed => {
    const hiccup = hiccups[turn++ % hiccups.length];
    if (hiccup === 0) return { fault: { name: 'TooManyRequestsException', status: 429 } };
    if (hiccup === 1) return { fault: { name: 'ServiceException', status: 500 } };
    const items: unknown[] = [];
    const rejects: unknown[] = [];
    for (const { n, row } of rows) {
      const isFlaky = row.kind === 'flaky' && flaky.size === 0;
      if (isFlaky) flaky.add(row.id);
      if (row.kind === 'crash' || isFlaky) return { functionError: { errorType: 'CrashError', errorMessage: 'as planned' } };
      if (row.kind === 'reject') rejects.push({ n, reason: 'as planned' });
      const given = ({
        ok: [row],
        flaky: [row],
        several: plain(row, 'one', row.id, `${row.id}2`),
        half: plain(row, row.id, 'refuse3', 'refuse4'),
        refuse: plain(row, 'refuse5'),
        keyless: [{ x: 1 }],
      } as Record<string, any[]>)[row.kind] ?? [];
      items.push(...given.map((item) => ({ n, item })));
    }
    return { payload: { items, rejects } };
  });
}

test('fault 62: what a transform makes comes to the same, wherever it is cut or dies', async () => {
  const rows = fc.array(fc.record({ id: fc.nat(9).map((n) => `k${n}`), kind: fc.constantFrom(...KINDS), x: fc.constantFrom('', 'é', '"') }), { maxLength: 80, size: 'max' });
  const hiccups = fc.array(fc.nat(9), { minLength: 1, maxLength: 9 }).map((given) => [...given, 9]);
  await fc.assert(fc.asyncProperty(rows, hiccups, course, fc.boolean(), async (all, given, through, isCsv) => {
    const lines = isCsv ? ['id,kind,x', ...all.map(({ id, kind, x }) => `${id},${kind},${quoted(x, false)}`)] : all.map((row) => JSON.stringify(row));
    const text = Buffer.from(lines.join('\n'));
    await tried(text, { format: isCsv ? CSV : JSON_LINES }, refusing, through, made, () => transform(given));
  }), { numRuns: RUNS });
});
