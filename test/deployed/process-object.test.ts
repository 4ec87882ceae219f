/** The worker as it is shipped, on buckets and tables of the local engine: whose turn an object is, and what becomes of it. */
import { startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { json, s3Error } from '../support/faulty-services';
import { archivedKey, failedKey, functionError, ObjectWorker } from '../support/object-worker';
import { Sandbox } from '../support/sandbox';

jest.setTimeout(30_000);

const UNAVAILABLE = json({ __type: 'InternalServerError', message: 'as planned' }, 500);
const DAY = 86_400_000;
const fails = (type = 'TypeError', message = 'it cannot be read') => () => functionError(type, message);

let worker: ObjectWorker;
let whole: Sandbox;

beforeAll(async () => {
  worker = new ObjectWorker(await startEngine());
  await worker.start();
  whole = worker.process();
});
beforeEach(() => worker.reset());
afterAll(async () => {
  worker.stop();
  await stopAll();
});

describe('an object', () => {
  test('is processed, archived, announced, and its status says so', async () => {
    const event = await worker.put('a/b c.txt', 'hello');
    worker.answer(() => json({ words: 1 }));
    expect(await worker.deliver(whole, event)).toBe('done');
    const { bucket: { name: bucket }, object: { key, etag, size, sequencer } } = event.detail;
    expect(worker.calls).toEqual([{ object: { bucket, key, etag, size } }]);
    expect(worker.completions).toEqual([{ bucket, key, etag, size, archivedKey: archivedKey(event), result: { words: 1 } }]);
    expect(await worker.read(archivedKey(event))).toBe('hello');
    expect(await worker.keys(key)).toEqual([]);
    expect(await worker.status(event)).toEqual({
      objectKey: key, sequencer, etag, attempts: 0, status: 'PROCESSED', outcome: { archivedKey: archivedKey(event) }, settledAt: expect.any(String), expires: expect.any(Number),
    });
    const { expires } = await worker.status(event);
    expect(Math.abs(expires - Date.now() / 1000 - 90 * 86_400)).toBeLessThan(60);
  });

  test('fault 50: a key comes through as it is', async () => {
    const keys = ['a b+c%20d ü 😀.csv', '../up/./here', 'what?is#this&that=1', '%2F/..', 'a//b', "it's (a) *star*!", 'x'.repeat(1021)];
    for (const name of keys) {
      const event = await worker.put(name, `of ${name}`);
      expect(await worker.deliver(whole, event)).toBe('done');
      const { outcome } = await worker.status(event);
      expect(await worker.read(outcome.archivedKey)).toBe(`of ${name}`);
      expect(await worker.keys(event.detail.object.key)).toEqual([]);
      if (name.length < 100) expect(outcome.archivedKey).toBe(archivedKey(event));
      else expect(outcome.archivedKey).toMatch(/^out\/processed\/2026-11-21\/S\d+\/[0-9a-f]{64}$/);
    }
    expect(worker.calls.map(({ object }) => object.key)).toEqual(keys.map((name) => `in/${name}`));
  });

  test('what the function returns may be nothing', async () => {
    worker.answer(() => json(null), () => ({ status: 200, body: '' }));
    for (const name of ['null', 'empty']) await worker.deliverAll(whole, await worker.put(name, 'x'));
    expect(worker.completions).toEqual([expect.objectContaining({ result: null }), expect.objectContaining({ key: 'in/empty' })]);
    expect(worker.completions[1]).not.toHaveProperty('result');
  });

  test('is counted by how it ended', async () => {
    const printed = whole.printed.length;
    await worker.deliver(whole, await worker.put('counted', 'x'));
    await worker.deliver(whole, await worker.put('counted', 'x'));
    worker.answer(fails('InvalidObject'));
    await worker.deliver(whole, await worker.put('counted', 'x'));
    const gone = await worker.put('counted', 'x');
    await worker.remove(gone);
    worker.answer(fails());
    await worker.deliver(whole, gone);
    const lines = whole.printed.slice(printed).join('').split('\n').filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
    expect(lines.map(({ _aws, ...counts }) => counts)).toEqual([
      { FunctionName: 'Function', ObjectsProcessed: 1 }, { FunctionName: 'Function', ObjectsProcessed: 1 },
      { FunctionName: 'Function', ObjectsFailed: 1 }, { FunctionName: 'Function', ObjectsSkipped: 1 },
    ]);
  });
});

describe('fault 51: events', () => {
  test('that come twice are dropped', async () => {
    const event = await worker.put('twice', 'x');
    await worker.deliver(whole, event);
    expect(await worker.deliver(whole, event)).toBe('done');
    expect([worker.calls.length, worker.completions.length]).toEqual([1, 1]);
  });

  test('that come twice at once: one waits until the other is done, and is dropped', async () => {
    const event = await worker.put('at-once', 'x');
    const other = worker.process();
    worker.answer(async () => {
      expect(await worker.deliver(other, event)).toBe(300); // of 930 seconds: it may be killed before
      return json({});
    });
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(await worker.deliver(other, event)).toBe('done');
    expect(worker.calls).toHaveLength(1);
  });

  test('that wait for a run look again when its time is over, in half a minute at the earliest and in five at the latest', async () => {
    const event = await worker.put('waiting', 'x');
    worker.answer(fails());
    expect(await worker.deliver(whole, event)).toBe(30);
    for (const [seconds, least, most] of [[10, 30, 30], [100, 98, 100], [900, 300, 300]]) {
      await worker.hold(event, seconds);
      const after = await worker.deliver(whole, event);
      expect(after).toBeGreaterThanOrEqual(least);
      expect(after).toBeLessThanOrEqual(most);
    }
    expect(worker.calls).toHaveLength(1);
  });

  test('of an older upload, after a newer one, are dropped', async () => {
    const [older, newer] = [await worker.put('order', 'old'), await worker.put('order', 'new')];
    await worker.deliver(whole, newer);
    expect(await worker.deliver(whole, older)).toBe('done');
    expect(worker.calls.map(({ object }) => object.etag)).toEqual([newer.detail.object.etag]);
    expect(await worker.status(newer)).toMatchObject({ status: 'PROCESSED', sequencer: newer.detail.object.sequencer });
  });

  test('of an older upload, while a newer one is worked on, are dropped at once', async () => {
    const [older, newer] = [await worker.put('overtaken', 'old'), await worker.put('overtaken', 'new')];
    const other = worker.process();
    worker.answer(async () => {
      expect(await worker.deliver(other, older)).toBe('done');
      return json({ is: 'new' });
    });
    expect(await worker.deliver(whole, newer)).toBe('done');
    expect(worker.completions).toEqual([expect.objectContaining({ result: { is: 'new' } })]);
  });

  test('of a newer upload wait while an older one is worked on', async () => {
    const [older, newer] = [await worker.put('busy', 'old', {}), await worker.put('busy', 'new')];
    const other = worker.process();
    worker.answer(async () => {
      expect(await worker.deliver(other, newer)).toBe(30);
      return functionError('PreconditionFailed', 'it was replaced');
    }, () => json({ is: 'new' }));
    expect(await worker.deliver(whole, older)).toBe('done');
    expect(await worker.status(older)).toMatchObject({ status: 'SUPERSEDED', sequencer: older.detail.object.sequencer });
    expect(await worker.deliver(other, newer)).toBe('done');
    expect(worker.completions).toEqual([expect.objectContaining({ result: { is: 'new' }, etag: newer.detail.object.etag })]);
    expect(await worker.status(newer)).toMatchObject({ status: 'PROCESSED' });
  });

  test('of a newer upload take over from an older one that no run has, and it is dropped', async () => {
    const older = await worker.put('left', 'old');
    worker.answer(fails(), () => json({}));
    expect(await worker.deliver(whole, older)).toBe(30);
    const newer = await worker.put('left', 'new');
    expect(await worker.deliver(whole, newer)).toBe('done');
    expect(await worker.deliver(whole, older)).toBe('done');
    expect(await worker.status(newer)).toMatchObject({ status: 'PROCESSED', sequencer: newer.detail.object.sequencer, attempts: 0 });
    expect(worker.deadLetters).toEqual([]);
  });

  test('of a newer upload take over when the time of a run that was killed is over, with nothing of its progress', async () => {
    const older = await worker.put('killed', 'old');
    const dying = worker.process();
    worker.killAt(dying, 'CopyObject', 'before', 1);
    await expect(worker.deliver(dying, older)).rejects.toThrow('ended');
    worker.play();
    const newer = await worker.put('killed', 'new');
    expect(await worker.deliver(whole, newer)).toBe(30);
    await worker.hold(older, -1);
    const dyingToo = worker.process();
    worker.killAt(dyingToo, 'Invoke', 'before', 1);
    await expect(worker.deliver(dyingToo, newer)).rejects.toThrow('ended');
    await worker.hold(newer, -1);
    worker.play();
    worker.answer(() => json({ is: 'new' }));
    expect(await worker.deliver(whole, newer)).toBe('done');
    expect(worker.completions).toEqual([expect.objectContaining({ result: { is: 'new' }, archivedKey: archivedKey(newer) })]);
  });
});

describe('an object that changes', () => {
  test('fault 54: that was removed before its turn is gone, and no poison', async () => {
    const event = await worker.put('gone', 'x');
    await worker.remove(event);
    worker.answer(fails('NoSuchKey'));
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(await worker.status(event)).toMatchObject({ status: 'GONE', outcome: {} });
    expect([worker.deadLetters, worker.completions]).toEqual([[], []]);
  });

  test('that was replaced before its turn is superseded', async () => {
    const event = await worker.put('replaced', 'old');
    await worker.put('replaced', 'new');
    worker.answer(fails('PreconditionFailed'));
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(await worker.status(event)).toMatchObject({ status: 'SUPERSEDED' });
    expect(await worker.read('in/replaced')).toBe('new');
    expect(worker.deadLetters).toEqual([]);
  });

  test('that was replaced while it was processed: the new one stays, and there is no archive of the old one', async () => {
    const event = await worker.put('meanwhile', 'old');
    worker.answer(async () => {
      await worker.put('meanwhile', 'new');
      return json({});
    });
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(worker.completions).toEqual([expect.not.objectContaining({ archivedKey: expect.anything() })]);
    expect(await worker.read('in/meanwhile')).toBe('new');
    expect(await worker.keys(archivedKey(event))).toEqual([]);
  });

  test('that is replaced between its copy and its removal stays', async () => {
    const event = await worker.put('between', 'old');
    worker.play(async ({ action }, ask) => {
      if (action === 'DeleteObject') await worker.put('between', 'new');
      return ask();
    });
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(await worker.read('in/between')).toBe('new');
    expect(await worker.read(archivedKey(event))).toBe('old');
  });

  test('fault 53: of two versions, each is processed as it was announced', async () => {
    worker.bucket = 'versioned';
    const [older, newer] = [await worker.put('v', 'old'), await worker.put('v', 'new')];
    for (const event of [older, newer]) expect(await worker.deliver(whole, event)).toBe('done');
    expect(worker.calls.map(({ object }) => object.versionId)).toEqual([older.detail.object['version-id'], newer.detail.object['version-id']]);
    expect(await worker.read(archivedKey(older))).toBe('old');
    expect(await worker.read(archivedKey(newer))).toBe('new');
    expect(await worker.keys('in/v')).toEqual([]);
  });
});

describe('what is no fault of the object', () => {
  test('a table of statuses that does not answer: the message comes back', async () => {
    const event = await worker.put('unclaimed', 'x');
    worker.play(async ({ action }, ask) => action === 'UpdateItem' ? UNAVAILABLE : ask());
    expect(await worker.deliver(whole, event)).toBe(60);
    worker.play();
    expect(await worker.status(event)).toEqual({});
    expect(await worker.deliver(whole, event)).toBe('done');
  });

  test('an event that comes for 13 days: it has failed', async () => {
    const event = await worker.put('late', 'x');
    expect(await worker.deliver(whole, event, undefined, Date.now() - 13 * DAY - 60_000)).toBe('done');
    expect(worker.deadLetters).toMatchObject([{ failedKey: failedKey(event), failure: { error: 'TooLate' } }]);
    const other = await worker.put('not-late', 'x');
    expect(await worker.deliver(whole, other, undefined, Date.now() - 13 * DAY + 60_000)).toBe('done');
    expect(await worker.status(other)).toMatchObject({ status: 'PROCESSED' });
  });

  test('too little time for the archive: a further run has it', async () => {
    const event = await worker.put('slow', 'x');
    worker.answer(fails(), () => json({ slow: true }));
    expect(await worker.deliver(whole, event, 119_000)).toBe(30);
    expect(await worker.deliver(whole, event, 119_000)).toBe(0);
    expect(await worker.status(event)).not.toHaveProperty('lastFailure'); // or a kill later on would be taken for it
    expect(await worker.status(event)).toMatchObject({ heldUntil: 0, attempts: 0, progress: { processed: { result: '{"slow":true}' } } });
    expect(await worker.read('in/slow')).toBe('x');
    expect(await worker.deliver(whole, event, 119_000)).toBe('done');
    expect([worker.calls.length, worker.completions]).toMatchObject([2, [{ result: { slow: true } }]]);
  });

  test('a message that cannot be made visible again comes back by itself', async () => {
    worker.answer(fails());
    worker.play(async ({ action }, ask) => action === 'ChangeMessageVisibility' ? s3Error(403, 'AccessDenied') : ask());
    await expect(worker.deliver(whole, await worker.put('invisible', 'x'))).rejects.toThrow();
  });

  const detail = { bucket: { name: 'plain' }, object: { key: 'in/x', etag: 'e', size: 1, sequencer: 's' } };
  const time = '2026-11-21T12:00:00Z';
  test.each([
    ['no JSON', 'hello'], ['null', 'null'], ['no event', '{}'], ['no time', JSON.stringify({ detail })],
    ['no size', JSON.stringify({ time, detail: { ...detail, object: { ...detail.object, size: undefined } } })],
    ['no sequencer', JSON.stringify({ time, detail: { ...detail, object: { ...detail.object, sequencer: undefined } } })],
    ['an empty key', JSON.stringify({ time, detail: { ...detail, object: { ...detail.object, key: '' } } })],
    ['a deletion', JSON.stringify({ time, detail: { ...detail, object: { key: 'in/x', etag: 'e', sequencer: 's' } } })],
  ])('a message that is no event of an upload goes to the dead letters as it is: %s', async (_name, body) => {
    expect(await worker.deliver(whole, body)).toBe('done');
    expect(worker.deadLetters).toEqual([{ body, failure: { error: 'NotUnderstood', message: expect.stringMatching(/./) } }]);
    expect(worker.services.of('UpdateItem')).toEqual([]);
  });
});
