// What guides show: one scan of whole items, and one call for each that is old.
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DeleteCommand, DynamoDBDocumentClient, ScanCommand } = require('@aws-sdk/lib-dynamodb');

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

exports.handler = async ({ scheduledTime }) => {
  const limit = new Date(Date.parse(scheduledTime) - 30 * 86_400_000).toISOString();
  const { Items } = await db.send(new ScanCommand({ TableName }));
  for (const { pk, sk, created_at } of Items) {
    if (created_at < limit) await db.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  }
};
