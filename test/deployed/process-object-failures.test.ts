/** The worker as it is shipped, on buckets and tables of the local engine, with services and a function that fail as they are told. */
import { startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { json, s3Error } from '../support/faulty-services';
import { archivedKey, failedKey, functionError, ObjectWorker } from '../support/object-worker';
import { Sandbox } from '../support/sandbox';

jest.setTimeout(30_000);

const THROTTLED = json({ Type: 'User', message: 'Rate exceeded' }, 429, { 'x-amzn-errortype': 'TooManyRequestsException' });
const UNAVAILABLE = json({ __type: 'InternalServerError', message: 'as planned' }, 500);
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

describe('an object that fails', () => {
  test('is tried again, ever later, then moved, with the reason; somebody hears of it', async () => {
    const event = await worker.put('bad.txt', 'x');
    worker.answer(fails());
    expect(await worker.deliver(whole, event)).toBe(30);
    expect(await worker.status(event)).toMatchObject({ status: 'WORKING', attempts: 1, heldUntil: 0, lastFailure: { error: 'TypeError', message: 'it cannot be read' } });
    expect(await worker.deliver(whole, event)).toBe(60);
    expect(await worker.deliver(whole, event)).toBe('done');
    const { bucket: { name: bucket }, object: { key, etag, size } } = event.detail;
    const letter = { bucket, key, etag, size, failedKey: failedKey(event), failure: { error: 'TypeError', message: 'it cannot be read' } };
    expect(worker.deadLetters).toEqual([letter]);
    expect(JSON.parse(await worker.read(`${failedKey(event)}.reason.json`))).toEqual(letter);
    expect(await worker.read(failedKey(event))).toBe('x');
    expect(await worker.keys(key)).toEqual([]);
    expect(await worker.status(event)).toMatchObject({ status: 'FAILED', outcome: { failedKey: failedKey(event), failure: letter.failure } });
    expect([worker.calls.length, worker.completions]).toEqual([3, []]);
  });

  test('waits for 15 minutes at most', async () => {
    const event = await worker.put('patient', 'x');
    worker.answer(fails());
    const patient = worker.process({ MAX_ATTEMPTS: '8' });
    expect(await worker.deliverAll(patient, event)).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  test.each(['InvalidObject', 'com.acme.InvalidObject'])('by its own fault is not tried again: %s', async (type) => {
    const event = await worker.put('invalid', 'x');
    worker.answer(fails(type, 'no picture'));
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(worker.deadLetters).toMatchObject([{ failure: { error: 'InvalidObject', message: 'no picture' } }]);
  });

  test('that returns too much is not tried again; 64 kB are not too much', async () => {
    worker.answer(() => json('x'.repeat(64 * 1024 - 2)), () => json('x'.repeat(64 * 1024 - 1)));
    for (const name of ['long', 'too-long']) expect(await worker.deliver(whole, await worker.put(name, 'x'))).toBe('done');
    expect(worker.completions).toMatchObject([{ key: 'in/long' }]);
    expect(worker.deadLetters).toMatchObject([{ key: 'in/too-long', failure: { error: 'InvalidObject', message: expect.stringContaining('more than 64 kB') } }]);
  });

  test('with an error that is longer than a message may be is in the dead letters, with the beginning of it', async () => {
    const event = await worker.put('talkative', 'x');
    worker.answer(fails('Error', `begin ${'x'.repeat(1_000_000)}`));
    expect(await worker.deliverAll(whole, event)).toEqual([30, 60]);
    const [{ failure: { message } }] = worker.deadLetters;
    expect(message).toMatch(/^begin x/);
    expect(message.length).toBeLessThan(5000);
  });

  test('tries count from the last progress on', async () => {
    const event = await worker.put('progress', 'x');
    worker.answer(fails(), fails(), () => json({ made: 1 }));
    let refusals = 0;
    worker.play(async ({ action }, ask) => action === 'CopyObject' && refusals++ < 2 ? s3Error(403, 'AccessDenied') : ask());
    expect(await worker.deliverAll(whole, event)).toEqual([30, 60, 15, 30]);
    expect([worker.calls.length, worker.completions.length]).toEqual([3, 1]); // it is not called again
    expect(worker.completions).toMatchObject([{ result: { made: 1 } }]);
  });

  test('and cannot be moved stays in its place; somebody hears of it all the same', async () => {
    const event = await worker.put('stuck', 'x');
    worker.answer(fails('InvalidObject', 'no picture'));
    worker.play(async ({ action }, ask) => action === 'CopyObject' ? s3Error(403, 'AccessDenied') : ask());
    const seconds = await worker.deliverAll(whole, event);
    expect(seconds).toEqual([15, 30, 60]); // at once it is another run's
    expect(worker.deadLetters).toEqual([expect.objectContaining({ key: 'in/stuck', failure: { error: 'InvalidObject', message: 'no picture' } })]);
    expect(worker.deadLetters[0]).not.toHaveProperty('failedKey');
    expect(await worker.read('in/stuck')).toBe('x');
    expect(await worker.status(event)).toMatchObject({ status: 'FAILED' });
    expect(worker.calls).toHaveLength(1);
  });

  test('and was archived, since its completion is refused, is not moved once more', async () => {
    worker.bucket = 'versioned'; // where it could be moved once more
    const event = await worker.put('unheard', 'x');
    worker.play(async ({ action, body }, ask) => action === 'SendMessage' && body.includes('/completions') ? s3Error(403, 'AccessDenied') : ask());
    expect(await worker.deliverAll(whole, event)).toEqual([15, 30, 60]);
    expect(worker.deadLetters).toMatchObject([{ archivedKey: archivedKey(event), failure: { message: expect.anything() } }]);
    expect(worker.deadLetters[0]).not.toHaveProperty('failedKey');
    expect(worker.calls).toHaveLength(1);
  });

  test('and of which the dead letters do not hear yet is not settled', async () => {
    const event = await worker.put('deaf', 'x');
    worker.answer(fails('InvalidObject'));
    let refusals = 0;
    worker.play(async ({ action }, ask) => action === 'SendMessage' && refusals++ < 6 ? s3Error(403, 'AccessDenied') : ask());
    await worker.deliver(whole, event);
    expect(await worker.status(event)).toMatchObject({ status: 'WORKING', heldUntil: 0, progress: { failure: { error: 'InvalidObject' } } });
    await worker.deliverAll(whole, event);
    expect(await worker.status(event)).toMatchObject({ status: 'FAILED', outcome: { failure: { error: 'InvalidObject' } } });
    expect(worker.calls).toHaveLength(1);
  });

  test('moved back, it is processed', async () => {
    const event = await worker.put('again', 'x');
    worker.answer(fails('InvalidObject'), () => json({ ok: true }));
    await worker.deliver(whole, event);
    const back = await worker.put('again', await worker.read(failedKey(event)));
    expect(await worker.deliver(whole, back)).toBe('done');
    expect(await worker.status(back)).toMatchObject({ status: 'PROCESSED', outcome: { archivedKey: archivedKey(back) } });
    expect((await worker.status(back)).outcome).not.toHaveProperty('failure');
  });
});

describe('a function that is throttled', () => {
  test('is called again as long as there is time for it', async () => {
    worker.answer(() => THROTTLED, () => THROTTLED, () => json({ late: true }));
    expect(await worker.deliver(whole, await worker.put('throttled', 'x'))).toBe('done');
    expect(worker.completions).toMatchObject([{ result: { late: true } }]);
  });

  test('all the time: it is no fault of the object, and no attempt', async () => {
    const event = await worker.put('throttled-long', 'x');
    worker.answer(() => THROTTLED);
    for (let n = 0; n < 6; n++) expect(await worker.deliver(whole, event, 30_500)).toBe(60); // of which 30 seconds are the function's
    expect(await worker.status(event)).toMatchObject({ status: 'WORKING', heldUntil: 0 });
    worker.answer(() => json({}));
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(worker.deadLetters).toEqual([]);
  });
});

describe('a run that is killed', () => {
  const steps: Array<[string, 'before' | 'after', number]> = [
    ['UpdateItem', 'after', 1], ['Invoke', 'before', 1], ['Invoke', 'after', 1], ['UpdateItem', 'before', 2], ['UpdateItem', 'after', 2], ['CopyObject', 'before', 1],
    ['CopyObject', 'after', 1], ['DeleteObject', 'before', 1], ['DeleteObject', 'after', 1], ['UpdateItem', 'before', 3], ['UpdateItem', 'after', 3],
    ['SendMessage', 'before', 1], ['SendMessage', 'after', 1], ['UpdateItem', 'before', 4],
  ];

  test.each(steps)('at %s, %s it, time %s: the next one goes on, and all comes to the same end', async (action, when, nth) => {
    const event = await worker.put('cut', 'x');
    const dying = worker.process();
    worker.killAt(dying, action, when, nth);
    await expect(worker.deliver(dying, event)).rejects.toThrow('ended');
    await worker.change(event, 'SET heldUntil = :none', { ':none': { N: '0' } });
    worker.play();
    await worker.deliverAll(whole, event);
    expect(await worker.status(event)).toMatchObject({ status: 'PROCESSED', outcome: { archivedKey: archivedKey(event) } });
    expect([...new Set(worker.completions.map((message) => JSON.stringify(message)))]).toHaveLength(1);
    expect(await worker.read(archivedKey(event))).toBe('x');
    expect(await worker.keys('in/cut')).toEqual([]);
    expect(worker.deadLetters).toEqual([]);
  });

  const failing: Array<[string, 'before' | 'after', number]> = [
    ['UpdateItem', 'after', 2], ['CopyObject', 'after', 1], ['DeleteObject', 'before', 1], ['DeleteObject', 'after', 1], ['PutObject', 'before', 1], ['PutObject', 'after', 1],
    ['SendMessage', 'before', 1], ['SendMessage', 'after', 1], ['UpdateItem', 'before', 3],
  ];

  test.each(failing)('while it deals with a failure, at %s, %s it, time %s: the next one goes on', async (action, when, nth) => {
    const event = await worker.put('cut-failure', 'x');
    worker.answer(fails('InvalidObject', 'bad'));
    const dying = worker.process();
    worker.killAt(dying, action, when, nth);
    await expect(worker.deliver(dying, event)).rejects.toThrow('ended');
    await worker.change(event, 'SET heldUntil = :none', { ':none': { N: '0' } });
    worker.play();
    await worker.deliverAll(whole, event);
    expect(await worker.status(event)).toMatchObject({ status: 'FAILED', outcome: { failedKey: failedKey(event) } });
    expect([...new Set(worker.deadLetters.map((message) => JSON.stringify(message)))]).toHaveLength(1);
    expect(JSON.parse(await worker.read(`${failedKey(event)}.reason.json`))).toEqual(worker.deadLetters[0]);
    expect(worker.calls).toHaveLength(1);
  });

  test('each time: the object has failed', async () => {
    const event = await worker.put('deadly', 'x');
    for (let n = 0; n < 3; n++) {
      const dying = worker.process();
      worker.killAt(dying, 'Invoke', 'before', 1);
      await expect(worker.deliver(dying, event)).rejects.toThrow('ended');
      await worker.change(event, 'SET heldUntil = :none', { ':none': { N: '0' } });
    }
    worker.play();
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(worker.deadLetters).toMatchObject([{ failedKey: failedKey(event), failure: { error: 'Killed' } }]);
    expect(worker.calls).toEqual([]);
  });
});

describe('a run that loses its object to another one', () => {
  const end = { ':s': { S: 'PROCESSED' }, ':b': { S: 'the other one' }, ':z': { N: '0' } };

  test('in the middle stops without harm, and finds what became of it', async () => {
    const event = await worker.put('lost', 'x');
    worker.answer(async () => {
      await worker.hold(event, 60);
      return json({});
    });
    expect(await worker.deliver(whole, event)).toBe(30);
    expect(await worker.read('in/lost')).toBe('x');
    expect([worker.completions, worker.deadLetters]).toEqual([[], []]);
    await worker.change(event, 'SET #status = :s, note = :b, heldUntil = :z', end);
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(await worker.status(event)).toMatchObject({ note: 'the other one' });
  });

  test('when it was about to fail leaves it', async () => {
    const event = await worker.put('lost-failing', 'x');
    worker.answer(async () => {
      await worker.hold(event, 60);
      return functionError('InvalidObject', 'bad');
    });
    const seconds = await worker.deliver(whole, event);
    expect(seconds).not.toBe('done');
    expect(await worker.read('in/lost-failing')).toBe('x');
    expect(await worker.status(event)).toMatchObject({ status: 'WORKING', holder: 'another' });
    expect(worker.deadLetters).toEqual([]);
  });

  test('since its answer was lost still has it', async () => {
    const event = await worker.put('answer-lost', 'x');
    let lost = 0;
    worker.play(async ({ action }, ask) => {
      const answered = await ask();
      return action === 'UpdateItem' && lost++ === 0 ? UNAVAILABLE : answered;
    });
    expect(await worker.deliver(whole, event)).toBe('done');
    expect(worker.completions).toHaveLength(1);
  });
});
