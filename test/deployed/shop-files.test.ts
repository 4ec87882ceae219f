/** The shop's price lists and photos, whose functions users take as their example, behind deployed pipelines. */
import { join } from 'path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { Jimp, JimpMime } from 'jimp';
import { bootstrap, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { eventually, Queues } from '../support/queues';

jest.setTimeout(180_000);

let outputs: Record<string, string>;
let queues: Queues;
let s3: S3Client;
let db: DynamoDBDocumentClient;

beforeAll(async () => {
  const engine = await startEngine();
  await bootstrap(engine);
  outputs = await deploy(engine, join(__dirname, 'apps/shop-files.ts'), 'ShopFiles');
  queues = new Queues(engine);
  s3 = new S3Client(engine.client);
  db = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
});
afterAll(stopAll);

const upload = async (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket: outputs.FilesBucket, Key, Body }));
const keysUnder = async (Prefix: string) => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.FilesBucket, Prefix }));
  return Contents.map(({ Key }) => Key!);
};
async function read(Key: string): Promise<{ type?: string; bytes: Buffer }> {
  const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: outputs.FilesBucket, Key }));
  return { type: ContentType, bytes: Buffer.from(await Body!.transformToByteArray()) };
}
const completionOf = async (key: string) => (await queues.take(outputs.CompletionsUrl, (message) => message.key === key)).json;
const settled = async (pipeline: string, objectKey: string) => eventually(`${objectKey} is settled`, async () => {
  const { Item } = await db.send(new GetCommand({ TableName: outputs[`${pipeline}Status`], Key: { objectKey }, ConsistentRead: true }));
  return Item?.status !== 'WORKING' && Item;
});
const photo = async (width: number, height: number, type: 'image/png' | 'image/jpeg') => new Jimp({ width, height, color: 0x3366ccff }).getBuffer(type);
/** Width and height, which a PNG has at its beginning. */
const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

test('a price list becomes prices in cents, with what is none of them in the rejects', async () => {
  const good: Array<[price: string, cents: number]> = [['12', 1200], ['0,5', 50], ['0.05', 5], ['9.99', 999], ['1299,90 €', 129_990], [' 7 ', 700]];
  const bad = ['', 'free', '-1', '1.299', '1.299,00', '1,5,0', '12 $', '1e3'];
  const rows = [
    ...good.map(([price], n) => `good-${n};Vase ${n};${price}`),
    ...bad.map((price, n) => `bad-${n};Vase;${price}`),
    ' ;Nameless;12',
  ];
  await upload('incoming/vases.csv', ['sku;name;price', ...rows].join('\r\n'));
  const completion = await completionOf('incoming/vases.csv');
  expect(completion).toMatchObject({ rowsRead: 15, rowsWritten: 6, rowsRejected: 9 });
  const { Items } = await db.send(new ScanCommand({ TableName: outputs.PricesTable, FilterExpression: 'begins_with(sku, :good)', ExpressionAttributeValues: { ':good': 'good-' } }));
  expect(Items!.sort((one, other) => one.sku < other.sku ? -1 : 1)).toEqual(good.map(([, cents], n) => ({ sku: `good-${n}`, name: `Vase ${n}`, cents })));
  const rejects = (await read(`${completion.rejectedPrefix}1.jsonl`)).bytes.toString().trim().split('\n').map((line) => JSON.parse(line));
  expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([...bad.map((price, n) => [8 + n, `no price in euros: '${price}'`]), [16, 'no sku']]);
});

test('a list without the columns fails, with the reason', async () => {
  await upload('incoming/other.csv', 'article;cost\nvase;12\n');
  expect(await settled('PriceLists', 'incoming/other.csv')).toMatchObject({ status: 'FAILED', outcome: { rowsRead: 1, rowsRejected: 1, failure: { error: 'InvalidObject' } } });
});

test.each([
  ['a wide photo', 800, 400, [320, 160]],
  ['a tall photo', 300, 900, [107, 320]],
  ['a photo that is small enough', 200, 100, [200, 100]],
])('%s becomes a thumbnail of at most 320 pixels', async (name, width, height, expected) => {
  await upload(`photos/${name}.png`, await photo(width, height, JimpMime.png));
  const thumbnail = `thumbnails/${name}.png`;
  expect(await completionOf(`photos/${name}.png`)).toMatchObject({ result: { thumbnail, width: expected[0], height: expected[1] } });
  const { type, bytes } = await read(thumbnail);
  expect([type, ...sizeOf(bytes)]).toEqual(['image/png', ...expected]);
});

test('a JPEG stays one, also when its name has an umlaut and a plus sign', async () => {
  await upload('photos/März + April.jpg', await photo(640, 480, JimpMime.jpeg));
  const { archivedKey } = await completionOf('photos/März + April.jpg');
  const { type, bytes } = await read('thumbnails/März + April.jpg');
  expect([type, bytes.readUInt16BE(0).toString(16)]).toEqual(['image/jpeg', 'ffd8']);
  expect(await keysUnder(archivedKey)).toEqual([archivedKey]);
});

test.each([
  ['a text', async () => Buffer.from('not a picture')],
  ['half a picture', async () => (await photo(640, 480, JimpMime.jpeg)).subarray(0, 1500)],
])('%s ends in failed/ at once, with the reason, and there is no thumbnail', async (name, content) => {
  const key = `photos/${name}.jpg`;
  await upload(key, await content());
  const { status, outcome } = await settled('Photos', key);
  expect([status, outcome.failure.error, outcome.failure.message]).toEqual(['FAILED', 'InvalidObject', expect.stringContaining('it is no picture that can be read')]);
  expect(await keysUnder('Photos/failed/')).toEqual(expect.arrayContaining([outcome.failedKey, `${outcome.failedKey}.reason.json`]));
  expect(await keysUnder(key)).toEqual([]);
  expect(await keysUnder(`thumbnails/${name}`)).toEqual([]);
  expect((await queues.take(outputs.PhotosDeadLetters, (message) => message.key === key)).json.failure).toEqual(outcome.failure);
});
