// Runs a bundled handler as Lambda's runtime does: one process, one event after the other, what it returns or throws.
const { randomUUID } = require('crypto');
const { handler } = require(process.argv[2]);
process.on('message', async ({ id, event, remaining }) => {
  const begin = Date.now();
  const context = { awsRequestId: randomUUID(), functionName: 'Function', getRemainingTimeInMillis: () => begin + remaining - Date.now() };
  try {
    process.send({ id, result: await handler(event, context) });
  } catch (error) {
    process.send({ id, errorType: error.name, errorMessage: error.message });
  }
});
