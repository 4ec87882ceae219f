// What guides show: the whole file in memory, one call for each of its lines.
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const { DynamoDBDocumentClient, PutCommand } = require('@aws-sdk/lib-dynamodb');

const s3 = new S3Client({});
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async ({ Records: [{ s3: { bucket, object } }] }) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: decodeURIComponent(object.key.replace(/\+/g, ' ')) }));
  const [header, ...lines] = (await Body.transformToString()).split('\n');
  const columns = header.split(',');
  for (const line of lines) {
    if (line === '') continue;
    const cells = line.split(',');
    await db.send(new PutCommand({ TableName: process.env.TABLE_NAME, Item: Object.fromEntries(columns.map((column, n) => [column, cells[n]])) }));
  }
};
