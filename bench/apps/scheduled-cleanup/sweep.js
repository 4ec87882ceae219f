// Sweeps a new table of `table.js` with the handler as it is shipped or with the loop, once or until nothing is left, and prints what that cost and what is left.
const { DescribeTableCommand, DynamoDBClient } = require('@aws-sdk/client-dynamodb');

const HANDLERS = { sweeper: 'cdk-serverless-patterns/assets/scheduled-cleanup/sweep-items', loop: './loop' };
const [endpoint, kind, items, times] = process.argv.slice(2);
const table = `${Date.now()}.${items}`;

Object.assign(process.env, {
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  TABLE_NAME: table,
  KEY_NAMES: '["pk","sk"]',
  TIMESTAMP: 'created_at',
  TIMESTAMP_FORMAT: 'ISO_8601',
  OLDER_THAN_SECONDS: `${30 * 86_400}`,
  SEGMENTS: '1',
  METRIC_NAMESPACE: 'Bench',
  METRIC_DIMENSION: 'StateMachineArn',
});
const { handler } = require(HANDLERS[kind]);
const event = { scheduledTime: '2026-11-10T03:00:00.000Z', stateMachine: 'bench', progress: {} };
const left = async () => (await new DynamoDBClient({}).send(new DescribeTableCommand({ TableName: table }))).Table.ItemCount;

(async () => {
  const before = await left();
  const begin = process.cpuUsage();
  do {
    await handler(event, { getRemainingTimeInMillis: () => 900_000 });
  } while (times === 'until-empty' && await left() > 0);
  const { user, system } = process.cpuUsage(begin);
  const after = await left();
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024, deleted: before - after, left: after }));
})();
