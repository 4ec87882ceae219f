// What a handler is asked with, and its environment.
const KEYS = { FUNCTION_ARN: 'arn:aws:lambda:us-east-1:111122223333:function:user', FUNCTION_SECONDS: '30' };
const ROWS = (columnTypes) => ({
  ROWS: JSON.stringify({ format: { kind: 'csv', delimiter: ',', columnTypes, gzip: false, maxRowBytes: 1_048_576 }, keys: ['sku'], maxRejectedPercent: 10 }),
});
const KINDS = { loop: {}, empty: {}, rows: ROWS({ price: 'N' }), transform: { ...ROWS({}), ...KEYS }, function: KEYS };

/** The environment of a handler of this kind, whose table answers after so many milliseconds. */
exports.prepare = (kind, endpoint, latency = '0') => Object.assign(process.env, {
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  INPUT_PREFIX: 'incoming/',
  OUTPUT_PREFIX: 'Bench/',
  QUEUE_URL: endpoint,
  DEAD_LETTER_QUEUE_URL: endpoint,
  STATUS_TABLE: 'status',
  LEASE_SECONDS: '930',
  MAX_ATTEMPTS: '5',
  METRIC_NAMESPACE: 'Bench',
  TABLE_NAME: latency,
  ...KINDS[kind],
});

/** The event of an object with so many rows of so many bytes, as a handler of this kind gets it. */
exports.eventOf = (kind, rows, bytes) => {
  const key = `incoming/${rows}.${bytes}.csv`;
  if (kind === 'loop') return { Records: [{ s3: { bucket: { name: 'bench' }, object: { key } } }] };
  const object = { key, etag: 'etag', size: 'sku,name,price,text\n'.length + rows * bytes, sequencer: '0055AED6DCD90281E5' };
  const body = JSON.stringify({ time: '2026-11-21T03:00:00Z', detail: { bucket: { name: 'bench' }, object } });
  return { Records: [{ messageId: '1', receiptHandle: '1', body, attributes: { SentTimestamp: `${Date.now()}` } }] };
};

const begin = Date.now();
exports.context = { awsRequestId: '1', functionName: 'bench', getRemainingTimeInMillis: () => 900_000 - (Date.now() - begin) };

exports.handlerOf = (kind) => {
  if (kind === 'empty') return async () => ({});
  return require(kind === 'loop' ? './loop' : 'cdk-serverless-patterns/assets/object-pipeline/process-object').handler;
};
