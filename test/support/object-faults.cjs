// Loaded before the worker: its messages come back at once, and its process ends at such a share of its requests to AWS as FAULTS/share says, before or after they
// are answered.
const { appendFileSync, existsSync, readFileSync } = require('fs');
const http = require('http');
const { join } = require('path');
const { actionOf } = require('./request-action.cjs');

const file = (name) => join(process.env.FAULTS, name);

function mayEnd(action, when) {
  const share = existsSync(file('share')) ? Number(readFileSync(file('share'), 'utf8')) : 0;
  if (Math.random() >= (action === 'BatchWriteItem' ? share / 15 : share)) return; // of which a run has a hundred
  appendFileSync(file('kills'), `${when} ${action}\n`);
  process.exit(1);
}

/** In the same number of bytes, which the headers tell. */
const atOnce = (body) => body.replace(/"VisibilityTimeout":\d+/, (found) => '"VisibilityTimeout":0'.padEnd(found.length));

const { request } = http;
http.request = (...given) => {
  const made = request(...given);
  const action = actionOf(made.method, made.path, made.getHeaders());
  const { end, write } = made;
  if (action === 'ChangeMessageVisibility') {
    made.write = (body, ...more) => write.call(made, atOnce(String(body)), ...more);
    made.end = (body, ...more) => end.call(made, body && atOnce(String(body)), ...more);
  }
  mayEnd(action, 'before');
  made.prependListener('response', (response) => response.prependListener('end', () => mayEnd(action, 'after')));
  return made;
};
