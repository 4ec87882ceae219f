// Loads a handler, and has it work on its first, small object if there is an endpoint: what the process has cost from its start.
require('../measure');
const { context, eventOf, handlerOf, prepare } = require('./event');

const [kind, endpoint] = process.argv.slice(2);
if (kind.startsWith('@')) {
  const clients = kind.split(',').map((name) => require(name));
  for (const client of clients) Object.entries(client).filter(([name]) => /^(S3|DynamoDB|Lambda|SQS)Client$/.test(name)).forEach(([, Client]) => new Client({ region: 'us-east-1' }));
} else {
  prepare(kind, endpoint ?? 'http://127.0.0.1:1');
  const handler = handlerOf(kind);
  if (endpoint) {
    void handler(eventOf(kind, 10, 100), context).then((answer) => {
      if (answer.batchItemFailures?.length > 0) throw new Error('the object was not settled');
      process.exit();
    });
  }
}
