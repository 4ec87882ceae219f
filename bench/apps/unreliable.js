// Consumers that fail at random, and each time alike: a hash of the seed, the consumer and the event says how often and how.
const { createHash, randomUUID } = require('crypto');
const { DynamoDBClient, PutItemCommand, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
const { CONSUMER, LEDGER, SEED, WORST } = process.env;
const table = new DynamoDBClient({});

/** A number from 0 to 1. */
const dice = (...of) => createHash('sha256').update([SEED, CONSUMER, ...of].join()).digest().readUInt32BE() / 2 ** 32;

/** How often an event fails: one in 200 always, one twice, four once. */
const failures = (id) => dice(id) < 0.005 ? Infinity : dice(id) < 0.01 ? 2 : dice(id) < 0.03 ? 1 : 0;

/** Writes down what was handled: an item for all ids of a batch. */
async function write(...ids) {
  if (ids.length === 0) return;
  await table.send(new PutItemCommand({ TableName: LEDGER, Item: { consumer: { S: CONSUMER }, id: { S: randomUUID() }, ids: { S: ids.join(' ') } } }));
}

/** One failure in twenty is the worst that this consumer does: it throws, or ends its process, with the batch half done. */
exports.buffered = async ({ Records }) => {
  const handled = [];
  const batchItemFailures = [];
  for (const { messageId, body, attributes: { ApproximateReceiveCount: count } } of Records) {
    const { detail: { id } } = JSON.parse(body);
    if (Number(count) > failures(id)) handled.push(id);
    else if (!WORST || dice(id, count) > 0.05) batchItemFailures.push({ itemIdentifier: messageId });
    else {
      await write(...handled);
      if (WORST === 'exit') process.exit(1);
      throw new Error(`as the dice said of ${id}`);
    }
  }
  await write(...handled);
  return { batchItemFailures };
};

/** A function that is called with one event does not hear how often it was: it counts for itself. */
exports.direct = async ({ detail: { id } }) => {
  if (failures(id) > 0) {
    const { Attributes } = await table.send(new UpdateItemCommand({
      TableName: LEDGER, Key: { consumer: { S: `${CONSUMER}, calls` }, id: { S: id } },
      UpdateExpression: 'ADD calls :one', ExpressionAttributeValues: { ':one': { N: '1' } }, ReturnValues: 'UPDATED_NEW',
    }));
    if (Number(Attributes.calls.N) <= failures(id)) throw new Error(`as the dice said of ${id}`);
  }
  await write(id);
};
