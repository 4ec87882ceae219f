import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { Jimp } from 'jimp';
import { Stage } from './chapters';
import { drain, unlike, until } from './looking';

type Send = (key: string, body: string | Buffer) => Promise<string>;

const HEADER = 'sku;name;price\r\n';

/** ObjectPipeline: price lists that become prices, photos that become thumbnails, and what becomes of those that cannot. */
export async function files(stage: Stage): Promise<void> {
  stage.narrator.chapter('Files: price lists and photos that suppliers send');
  const send = await supplier(stage);
  await goodList(stage, send);
  await badRows(stage, send);
  await oddKey(stage, send);
  await sameTwice(stage, send);
  await photo(stage, send);
  await noPhoto(stage, send);
}

/** Uploads in the role of suppliers. */
async function supplier(stage: Stage): Promise<Send> {
  const { engine, outputs, narrator } = stage;
  const { Credentials: role } = await new STSClient(engine.client).send(new AssumeRoleCommand({ RoleArn: outputs.SuppliersArn, RoleSessionName: 'acme' }));
  const credentials = { accessKeyId: role!.AccessKeyId!, secretAccessKey: role!.SecretAccessKey!, sessionToken: role!.SessionToken };
  const s3 = new S3Client({ ...engine.client, credentials });
  const send: Send = async (Key, Body) =>
    s3.send(new PutObjectCommand({ Bucket: outputs.FilesBucket, Key, Body })).then(() => 'put', ({ name }) => name);
  const elsewhere = await send('thumbnails/vase.jpg', 'mine');
  narrator.tell('Suppliers put files where they arrive, and nowhere else', unlike(elsewhere, 'AccessDenied'), [`thumbnails/vase.jpg: ${elsewhere}`]);
  return send;
}

async function goodList(stage: Stage, send: Send): Promise<void> {
  const { outputs, narrator } = stage;
  const key = 'incoming/acme/spring.csv';
  await send(key, `${HEADER}a-1;Tea pot;19,90\r\na-2;"Vase; blue";60.5\r\na-3;Clock;999\r\n`);
  const message = await completion(stage, key);
  const found = await Promise.all(['a-1', 'a-2', 'a-3'].map((sku) => price(stage, sku)));
  narrator.tell('A good price list: its rows are prices, in cents', unlike(found, [
    { sku: 'a-1', name: 'Tea pot', cents: 1990 }, { sku: 'a-2', name: 'Vase; blue', cents: 6050 }, { sku: 'a-3', name: 'Clock', cents: 99_900 },
  ]), found.map((each) => JSON.stringify(each)));
  narrator.tell('It is announced', unlike([message?.rowsRead, message?.rowsWritten, message?.rowsRejected], [3, 3, 0]), [JSON.stringify(message)]);
  narrator.tell('and archived, under its day and a number that no other upload has', [
    ...unlike(await keys(stage, 'incoming/'), []), ...unlike(await keys(stage, message?.archivedKey), [message?.archivedKey]),
  ], [message?.archivedKey]);
  const status = await statusOf(stage, outputs.PriceListsStatus, key);
  narrator.tell('An operator sees what became of it', unlike([status?.status, status?.outcome.archivedKey], ['PROCESSED', message?.archivedKey]), [
    `aws dynamodb get-item --table-name ${outputs.PriceListsStatus} --key '{"objectKey":{"S":"${key}"}}'`, JSON.stringify(status),
  ]);
}

async function badRows(stage: Stage, send: Send): Promise<void> {
  const key = 'incoming/acme/summer.csv';
  const good = Array.from({ length: 40 }, (_, n) => `b-${n};Lamp ${n};${n},50`);
  await send(key, HEADER + ['b-free;Lamp;free', ...good, ';Lamp;10', 'b-41;Lamp;1.299', 'b-42;Lamp'].join('\n'));
  const message = await completion(stage, key);
  const rejects = (await read(stage, `${message?.rejectedPrefix}1.jsonl`)).toString().trim().split('\n');
  const reasons = rejects.map((line) => JSON.parse(line)).map(({ line, reason }) => [line, reason]);
  stage.narrator.tell('A list with 4 bad rows of 44: the others are prices', unlike(
    [message?.rowsWritten, message?.rowsRejected, (await price(stage, 'b-39'))?.cents], [40, 4, 3950],
  ), [JSON.stringify(message)]);
  stage.narrator.tell('and the bad ones are kept, with their lines and the reasons of the shop\'s own function', unlike(reasons, [
    [2, 'no price in euros: \'free\''], [43, 'no sku'], [44, 'no price in euros: \'1.299\''], [45, 'has 2 cells for 3 columns'],
  ]), rejects);
}

async function oddKey(stage: Stage, send: Send): Promise<void> {
  const key = 'incoming/Müller & Söhne/Preisliste März + April 100%.csv';
  await send(key, `${HEADER}c-1;Käsereibe;7,00\n`);
  const message = await completion(stage, key);
  const archived = message?.archivedKey ?? '';
  stage.narrator.tell('A key with spaces, a plus sign, a percent sign and umlauts is as good as any other', [
    ...unlike((await price(stage, 'c-1'))?.name, 'Käsereibe'),
    ...unlike([archived.endsWith('/Müller & Söhne/Preisliste März + April 100%.csv'), await keys(stage, archived)], [true, [archived]]),
  ], [archived]);
}

async function sameTwice(stage: Stage, send: Send): Promise<void> {
  const key = 'incoming/acme/daily.csv';
  const uploads: any[] = [];
  for (let n = 0; n < 2; n++) {
    await send(key, `${HEADER}d-1;Stool;45\n`);
    uploads.push(await completion(stage, key));
    await statusOf(stage, stage.outputs.PriceListsStatus, key); // before it is settled, another upload would wait for half a minute
  }
  const archived = (await keys(stage, 'PriceLists/processed/')).filter((each) => each.endsWith('/acme/daily.csv'));
  stage.narrator.tell('The same file twice: each upload has its own archive, and the price is the same', [
    ...unlike(archived, uploads.map((message) => message?.archivedKey).sort()), ...unlike([archived.length, (await price(stage, 'd-1'))?.cents], [2, 4500]),
  ], archived);
}

async function photo(stage: Stage, send: Send): Promise<void> {
  const key = 'photos/vase.jpg';
  await send(key, await new Jimp({ width: 640, height: 480, color: 0x3366ccff }).getBuffer('image/jpeg'));
  const message = await completion(stage, key);
  const { width, height } = await Jimp.read(await read(stage, 'thumbnails/vase.jpg'));
  stage.narrator.tell('A photo of 640 × 480 pixels goes through a function as a whole: its thumbnail has 320 × 240', [
    ...unlike([width, height], [320, 240]), ...unlike(message?.result, { thumbnail: 'thumbnails/vase.jpg', width, height }),
  ], [JSON.stringify(message)]);
}

async function noPhoto(stage: Stage, send: Send): Promise<void> {
  const { outputs, narrator } = stage;
  await send('photos/notes.jpg', 'not a photo');
  const [letter] = await until(() => drain(stage, outputs.PhotosDeadLettersUrl), (found) => found.length > 0);
  const kept = await keys(stage, letter?.failedKey);
  narrator.tell('What is no photo is kept in failed/ with the reason beside it, and lies in the dead letters, where an alarm sees it', [
    ...unlike(letter?.failure.error, 'InvalidObject'), ...unlike(kept, [letter?.failedKey, `${letter?.failedKey}.reason.json`]),
  ], [...kept, JSON.stringify(letter)]);
}

/** The message that says that a file was processed. */
async function completion(stage: Stage, key: string): Promise<any> {
  const found = await until(() => drain(stage, stage.outputs.CompletionsUrl), (messages) => messages.length > 0);
  return found.find((message) => message.key === key);
}

const documents = ({ engine }: Stage) => DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));

async function price(stage: Stage, sku: string): Promise<Record<string, any> | undefined> {
  return (await documents(stage).send(new GetCommand({ TableName: stage.outputs.PricesTable, Key: { sku } }))).Item;
}

/** What is known of an object once the run that has announced it has ended. */
async function statusOf(stage: Stage, TableName: string, objectKey: string): Promise<Record<string, any> | undefined> {
  return until(
    async () => (await documents(stage).send(new GetCommand({ TableName, Key: { objectKey }, ConsistentRead: true }))).Item,
    (item) => item?.status !== 'WORKING',
  );
}

async function keys({ engine, outputs }: Stage, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await new S3Client(engine.client).send(new ListObjectsV2Command({ Bucket: outputs.FilesBucket, Prefix }));
  return Contents.map(({ Key }) => Key!);
}

async function read({ engine, outputs }: Stage, Key: string): Promise<Buffer> {
  const { Body } = await new S3Client(engine.client).send(new GetObjectCommand({ Bucket: outputs.FilesBucket, Key }));
  return Buffer.from(await Body!.transformToByteArray());
}
