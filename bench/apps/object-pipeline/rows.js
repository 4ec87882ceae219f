// Has the rows of an object written by the handler as it is shipped or by the loop, in a process that has nothing else, and prints what that cost without loading.
const { context, eventOf, handlerOf, prepare } = require('./event');

const [endpoint, kind, rows, bytes, latency] = process.argv.slice(2);
prepare(kind, endpoint, latency);
const handler = handlerOf(kind);
const written = async () => Number(await (await fetch(`${endpoint}/written`)).text());

(async () => {
  const before = await written();
  const [begin, beginCpu] = [Date.now(), process.cpuUsage()];
  const answer = await handler(eventOf(kind, rows, Number(bytes)), context);
  const { user, system } = process.cpuUsage(beginCpu);
  const seconds = (Date.now() - begin) / 1000;
  if (answer?.batchItemFailures.length > 0) throw new Error('the object was not settled');
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024, seconds, written: await written() - before }));
})();
