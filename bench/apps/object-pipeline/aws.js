// Stands in for S3, DynamoDB and Lambda in a process of its own, so that what is measured is the client alone. Nothing is kept: an object is made while it is read.
// Names say what is there: the object `incoming/<rows>.<bytes of a row>.csv`, the table `<milliseconds until it answers>`.
const { createServer } = require('http');
const { Readable } = require('stream');
const { buffer } = require('stream/consumers');

const HEADER = 'sku,name,price,text\n';
const ROWS_AT_ONCE = 200;
let written = 0;

const sizeOf = ({ rows, bytes }) => HEADER.length + rows * bytes;

function shapeOf(url) {
  const [rows, bytes] = decodeURIComponent(url).match(/(\d+)\.(\d+)\.csv/).slice(1).map(Number);
  return { rows, bytes };
}

function* csv({ rows, bytes }) {
  yield HEADER;
  const text = 'x'.repeat(bytes - '000000000,A vase of blue glass,19.90,\n'.length);
  for (let n = 0; n < rows;) {
    let chunk = '';
    for (const end = Math.min(rows, n + ROWS_AT_ONCE); n < end; n++) chunk += `${String(n).padStart(9, '0')},A vase of blue glass,19.90,${text}\n`;
    yield Buffer.from(chunk);
  }
}

function s3(request, response) {
  const { method, url } = request;
  if (method === 'GET') {
    response.writeHead(200, { 'content-length': sizeOf(shapeOf(url)), 'etag': '"etag"' });
    Readable.from(csv(shapeOf(url))).pipe(response);
  } else if (request.headers['x-amz-copy-source']) {
    response.setHeader('content-type', 'application/xml').end('<CopyObjectResult><ETag>"etag"</ETag></CopyObjectResult>');
  } else {
    response.setHeader('etag', '"etag"').end();
  }
}

const operations = {
  BatchWriteItem(body) {
    written += body.toString().split('"PutRequest"').length - 1;
    return [Object.keys(JSON.parse(body).RequestItems)[0], { UnprocessedItems: {} }];
  },
  PutItem(body) {
    written++;
    return [JSON.parse(body).TableName, {}];
  },
  UpdateItem: () => ['0', {}],
};

/** The user's function: each row becomes an item, an object as a whole becomes nothing. */
function invoke(body) {
  const { rows = [] } = JSON.parse(body);
  return { items: rows.map(({ n, row }) => ({ n, item: { sku: row.sku, name: row.name, cents: Math.round(Number(row.price) * 100) } })) };
}

const server = createServer(async (request, response) => {
  if (request.url === '/written') return response.end(String(written));
  const operation = request.headers['x-amz-target']?.split('.')[1];
  const body = await buffer(request);
  if (request.url.includes('/invocations')) return response.end(JSON.stringify(invoke(body)));
  if (!operation) return s3(request, response);
  const [table, answer] = operations[operation](body);
  const reply = () => response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer));
  return Number(table) > 0 ? setTimeout(reply, Number(table)) : reply();
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
