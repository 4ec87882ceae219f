// Loaded before a handler: ends its process after so many deletions as HOLD_UPS/kill says, one line a process, and holds deletions up while HOLD_UPS/hold is there.
const { existsSync, readFileSync, rmSync, writeFileSync } = require('fs');
const http = require('http');
const { join } = require('path');

const file = (name) => join(process.env.HOLD_UPS, name);
let batches = 0;

function mayEnd() {
  const kills = existsSync(file('kill')) ? readFileSync(file('kill'), 'utf8').split('\n').filter(Boolean) : [];
  if (kills.length === 0 || ++batches < Number(kills[0])) return;
  writeFileSync(file('kill'), kills.slice(1).join('\n'));
  process.exit(1);
}

const { request } = http;
http.request = (...given) => {
  const made = request(...given);
  if (!/BatchExecuteStatement/.test(made.getHeader('x-amz-target') ?? '')) return made;
  made.prependListener('response', (response) => response.prependListener('end', mayEnd));
  const { end } = made;
  made.end = (...body) => {
    if (!existsSync(file('hold'))) return end.apply(made, body);
    writeFileSync(file('held'), '');
    const waiting = setInterval(() => {
      if (existsSync(file('hold'))) return;
      clearInterval(waiting);
      rmSync(file('held'), { force: true });
      end.apply(made, body);
    }, 20);
    return made;
  };
  return made;
};
