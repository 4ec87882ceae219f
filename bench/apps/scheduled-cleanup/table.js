// Stands in for DynamoDB in a process of its own, so that what is measured is the client alone. It answers at once, and a page ends at 1 MB of what was read.
// The name of a table says what is in it: `run.items.bytes.young`, where the first `young` items are young and all others old.
const { createServer } = require('http');
const { buffer } = require('stream/consumers');

const PAGE_BYTES = 1_048_576;
const OLD = '2026-01-01T00:00:00.000Z';
const YOUNG = '2026-11-01T00:00:00.000Z';
const tables = new Map();

function tableOf(name) {
  if (!tables.has(name)) {
    tables.clear(); // one is measured at a time
    const [, count, bytes, young] = name.split('.').map(Number);
    tables.set(name, { count, bytes, young, gone: new Uint8Array(count), left: count });
  }
  return tables.get(name);
}

/** DynamoDB counts names and values. */
function itemOf({ bytes, young }, n) {
  const item = { pk: `user-${String(n % 1000).padStart(3, '0')}`, sk: String(n).padStart(9, '0'), created_at: n < young ? YOUNG : OLD, body: '' };
  item.body = 'x'.repeat(bytes - Object.entries(item).flat().join('').length);
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]));
}

function remove(table, n) {
  if (table.gone[n]) return;
  table.gone[n] = 1;
  table.left--;
}

const operations = {
  Scan({ TableName, Limit = Infinity, ExclusiveStartKey, ProjectionExpression, ExpressionAttributeNames }) {
    const table = tableOf(TableName);
    const names = ProjectionExpression?.split(',').map((name) => ExpressionAttributeNames[name]);
    const Items = [];
    let n = ExclusiveStartKey ? Number(ExclusiveStartKey.sk.S) + 1 : 0;
    for (let read = 0; n < table.count && Items.length < Limit && read + table.bytes <= PAGE_BYTES; n++) {
      if (table.gone[n]) continue;
      const item = itemOf(table, n);
      Items.push(names ? Object.fromEntries(names.map((name) => [name, item[name]])) : item);
      read += table.bytes;
    }
    const { pk, sk } = n < table.count ? itemOf(table, n - 1) : {};
    return { Items, Count: Items.length, ScannedCount: Items.length, ...pk && { LastEvaluatedKey: { pk, sk } } };
  },

  DeleteItem({ TableName, Key }) {
    remove(tableOf(TableName), Number(Key.sk.S));
    return {};
  },

  BatchExecuteStatement({ Statements }) {
    return {
      Responses: Statements.map(({ Statement, Parameters: [, sk, createdAt] }) => {
        const [, name] = /^DELETE FROM "([^"]+)" WHERE "pk" = \? AND "sk" = \? AND "created_at" = \?$/.exec(Statement);
        const [table, n] = [tableOf(name), Number(sk.S)];
        if (table.gone[n] || itemOf(table, n).created_at.S !== createdAt.S) return { Error: { Code: 'ConditionalCheckFailed', Message: 'another value' } };
        remove(table, n);
        return { TableName: name };
      }),
    };
  },

  DescribeTable: ({ TableName }) => ({ Table: { TableName, ItemCount: tableOf(TableName).left } }),
};

const server = createServer(async (request, response) => {
  const operation = request.headers['x-amz-target'].split('.')[1];
  const answer = operations[operation](JSON.parse(await buffer(request)));
  response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
