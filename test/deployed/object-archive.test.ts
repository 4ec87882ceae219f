/** Moves of objects on the S3 of the local engine; those above the limit of a copy with a limit that is small. */
import {
  CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, ListMultipartUploadsCommand,
  PutBucketVersioningCommand, PutObjectCommand, PutObjectCommandInput, S3Client,
} from '@aws-sdk/client-s3';
import { ObjectName } from '../../src/patterns/object-pipeline/contract';
import { Archive } from '../../src/patterns/object-pipeline/runtime/archive';
import { Engine, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { FaultyServices, s3Error } from '../support/faulty-services';

jest.setTimeout(30_000);

const MIB = 1024 ** 2;
const TARGET = 'out/a b+%ü.bin';

let engine: Engine;
let services: FaultyServices;
let s3: S3Client;
let whole: Archive;
let parted: Archive;

beforeAll(async () => {
  engine = await startEngine();
  services = new FaultyServices(engine.endpoint);
  const endpoint = await services.start();
  s3 = new S3Client({ ...engine.client, forcePathStyle: true });
  const watched = new S3Client({ ...engine.client, endpoint, forcePathStyle: true, maxAttempts: 1 });
  whole = new Archive(watched);
  parted = new Archive(watched, 5 * MIB, 5 * MIB);
});
beforeEach(async () => {
  services.reset();
  await s3.send(new DeleteObjectCommand({ Bucket: 'plain-bucket', Key: TARGET })).catch(() => undefined);
});
afterAll(async () => {
  services.stop();
  await stopAll();
});

const bytes = (size: number, seed = 1) => Buffer.from(Uint8Array.from({ length: size }, (_, n) => (n * seed) % 251));
async function put(size: number, more: Partial<PutObjectCommandInput> = {}, Bucket = 'plain-bucket'): Promise<ObjectName> {
  await s3.send(new CreateBucketCommand({ Bucket })).catch(() => undefined);
  const key = 'in/ä b+c%20?x=1&versionId=2#.bin';
  const { ETag, VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes(size), ...more }));
  return { bucket: Bucket, key, versionId: VersionId, etag: ETag!.replaceAll('"', ''), size };
}
const read = async (Key: string, Bucket = 'plain-bucket') => Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());
const isThere = async (Key: string, Bucket = 'plain-bucket') => s3.send(new HeadObjectCommand({ Bucket, Key })).then(() => true, () => false);
const uploads = async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket: 'plain-bucket' }))).Uploads ?? [];
const ATTRIBUTES: Partial<PutObjectCommandInput> = {
  ContentType: 'text/markdown',
  ContentEncoding: 'gzip',
  ContentDisposition: 'attachment',
  ContentLanguage: 'de',
  CacheControl: 'no-store',
  Metadata: { from: 'acme', note: 'two' },
  Tagging: 'a=1&b=x%20y%2Bz',
};

describe.each([['as a whole', () => whole, 3 * MIB, 'CopyObject', 1], ['in parts', () => parted, 12 * MIB + 7, 'UploadPartCopy', 3]] as const)('%s', (_name, archive, size, action, number) => {
  test('it arrives as it was, with its attributes and tags, and is gone where it came from', async () => {
    const object = await put(size, ATTRIBUTES);
    expect(await archive().move(object, TARGET)).toBe(true);
    expect(services.of(action)).toHaveLength(number);
    expect((await read(TARGET)).equals(bytes(size))).toBe(true);
    expect(await isThere(object.key)).toBe(false);
    const { Tagging, ...attributes } = ATTRIBUTES;
    expect(await s3.send(new HeadObjectCommand({ Bucket: 'plain-bucket', Key: TARGET }))).toMatchObject(attributes);
    const [parts] = services.of('CreateMultipartUpload');
    if (parts) expect(parts.headers['x-amz-tagging']).toBe('a=1&b=x+y%2Bz'); // which the engine takes no notice of
    else expect((await s3.send(new GetObjectTaggingCommand({ Bucket: 'plain-bucket', Key: TARGET }))).TagSet).toEqual([{ Key: 'a', Value: '1' }, { Key: 'b', Value: 'x y+z' }]);
    expect(await uploads()).toEqual([]);
  });

  test('it may have no attributes', async () => {
    expect(await archive().move(await put(size), TARGET)).toBe(true);
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: 'plain-bucket', Key: TARGET }));
    expect(Metadata ?? {}).toEqual({});
  });

  test('what was moved before is there', async () => {
    const object = await put(size);
    await archive().move(object, TARGET);
    expect(await archive().move(object, TARGET)).toBe(true);
  });

  test('what was copied before is removed', async () => {
    const object = await put(size);
    services.between = async ({ action: asked }, ask) => asked === 'DeleteObject' ? s3Error(503, 'SlowDown') : ask();
    await expect(archive().move(object, TARGET)).rejects.toThrow('as planned');
    services.reset();
    expect(await archive().move(object, TARGET)).toBe(true);
    expect(await isThere(object.key)).toBe(false);
  });

  test('what is not there, and not in its place, is nothing', async () => {
    const object = await put(size);
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain-bucket', Key: object.key }));
    expect(await archive().move(object, TARGET)).toBe(false);
    expect(await uploads()).toEqual([]);
  });

  test('what was replaced stays, and nothing is left of the old one', async () => {
    const object = await put(size);
    await put(size, { Body: bytes(size, 3) });
    expect(await archive().move(object, TARGET)).toBe(false);
    expect((await read(object.key)).equals(bytes(size, 3))).toBe(true);
    expect([await isThere(TARGET), await uploads()]).toEqual([false, []]);
  });

  test('what is replaced after its copy stays', async () => {
    const object = await put(size);
    services.between = async ({ action: asked }, ask) => {
      if (asked === 'DeleteObject') await put(size, { Body: bytes(size, 3) });
      return ask();
    };
    expect(await archive().move(object, TARGET)).toBe(true);
    expect((await read(object.key)).equals(bytes(size, 3))).toBe(true);
    expect((await read(TARGET)).equals(bytes(size))).toBe(true);
  });

  test('a version that is not the latest is moved, and the latest stays', async () => {
    const object = await put(1, {}, 'versioned-bucket');
    await s3.send(new PutBucketVersioningCommand({ Bucket: 'versioned-bucket', VersioningConfiguration: { Status: 'Enabled' } }));
    const [older] = [await put(size, ATTRIBUTES, 'versioned-bucket'), await put(1, {}, 'versioned-bucket')];
    expect(await archive().move(older, TARGET)).toBe(true);
    expect((await read(TARGET, 'versioned-bucket')).equals(bytes(size))).toBe(true);
    expect(await s3.send(new HeadObjectCommand({ Bucket: 'versioned-bucket', Key: TARGET }))).toMatchObject({ ContentType: 'text/markdown' });
    expect(await isThere(object.key, 'versioned-bucket')).toBe(true);
  });

  test('what is refused is an error', async () => {
    const object = await put(size);
    services.between = async ({ action: asked }, ask) => asked === action ? s3Error(403, 'AccessDenied') : ask();
    await expect(archive().move(object, TARGET)).rejects.toThrow('as planned');
    expect([await isThere(object.key), await isThere(TARGET)]).toEqual([true, false]);
  });

  test('what is missing, where nobody may know whether it has arrived, is an error', async () => {
    const object = await put(size);
    services.between = async ({ action: asked, path }, ask) => {
      if (asked === action) return s3Error(404, 'NoSuchKey');
      return asked === 'HeadObject' && path.includes('/out/') ? { status: 403, body: '' } : ask();
    };
    await expect(archive().move(object, TARGET)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(await isThere(object.key)).toBe(true);
  });
});

describe('in parts', () => {
  test('one that fails: the upload is given up, with the error of the part', async () => {
    const object = await put(12 * MIB);
    services.between = async ({ action, path }, ask) => action === 'UploadPartCopy' && path.includes('partNumber=2') ? s3Error(500, 'InternalError') : ask();
    await expect(parted.move(object, TARGET)).rejects.toMatchObject({ name: 'InternalError' });
    expect(services.of('AbortMultipartUpload')).toHaveLength(1);
    expect([await isThere(object.key), await isThere(TARGET), await uploads()]).toEqual([true, false, []]);
  });

  test('of an object that is replaced in the middle: nothing is left', async () => {
    const object = await put(12 * MIB);
    services.between = async ({ action, path }, ask) => {
      if (action === 'UploadPartCopy' && path.includes('partNumber=3')) await put(12 * MIB, { Body: bytes(12 * MIB, 3) });
      return ask();
    };
    expect(await parted.move(object, TARGET)).toBe(false);
    expect([await isThere(TARGET), await uploads()]).toEqual([false, []]);
    expect((await read(object.key)).equals(bytes(12 * MIB, 3))).toBe(true);
  });

  test('are as many as 10 000 at most, and as large as they have to be', async () => {
    const object = await put(1);
    services.between = async ({ action }, ask) => action === 'UploadPartCopy' ? s3Error(500, 'InternalError') : ask();
    await expect(parted.move({ ...object, size: 100_000 * MIB }, TARGET)).rejects.toThrow();
    expect(services.of('UploadPartCopy').map(({ headers }) => headers['x-amz-copy-source-range'])).toContain(`bytes=0-${10 * MIB - 1}`);
  });

  test('exactly at the limit it is copied as a whole', async () => {
    expect(await parted.move(await put(5 * MIB), TARGET)).toBe(true);
    expect(services.of('CopyObject')).toHaveLength(1);
  });
});
