/** `npm run demo` says in one sentence what is wrong, ends with 1 and leaves nothing behind. */
import { ChildProcess, spawn } from 'child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { bin } from '../../tools/process';
import { root } from '../support/examples';

jest.setTimeout(180_000);

interface Ended { readonly code: number | null; readonly printed: string }

const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGTERM')));

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly until: (text: RegExp) => Promise<RegExpExecArray>;
}

function demo(args: string[], env: NodeJS.ProcessEnv = {}): Demo {
  const child = spawn(process.execPath, [bin('tsx'), 'tools/demo.ts', ...args], { cwd: root, env: { ...process.env, ...env } });
  running.push(child);
  let printed = '';
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (data) => {
      printed += data;
      waiting.forEach((look) => look());
    });
  }
  return {
    child,
    ended: new Promise((done) => child.once('close', (code) => done({ code, printed }))),
    until: (text) => new Promise((done, fail) => {
      child.once('close', () => fail(new Error(`ended before it printed ${text}: ${printed}`)));
      const look = () => {
        const found = text.exec(printed);
        if (found) done(found);
      };
      waiting.push(look);
      look();
    }),
  };
}

const answers = (url: string) => fetch(`${url}/_ministack/health`).then(() => true, () => false);
const scratchFolders = () => readdirSync(join(root, '.tmp')).filter((name) => name.startsWith('run-'));

test('a port in use', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  const { code, printed } = await demo(['--port', `${port}`]).ended;
  server.close();
  expect(printed).toContain(`port ${port} of 127.0.0.1 is in use: choose another one, or none`);
  expect(code).toBe(1);
});

test('no Python', async () => {
  const path = mkdtempSync(join(tmpdir(), 'path-'));
  symlinkSync(process.execPath, join(path, 'node'));
  const { code, printed } = await demo([], { PATH: path, LOCAL_AWS_CACHE: path }).ended;
  rmSync(path, { recursive: true, force: true });
  expect(printed).toContain('Python 3.10 or newer, with venv, is needed to run the local engine, and none was found on the PATH');
  expect(code).toBe(1);
});

test('a chapter that does not exist', async () => {
  const { code, printed } = await demo(['invoices-of-yesterday']).ended;
  expect(printed).toMatch(/there is no chapter invoices-of-yesterday: choose of orders/);
  expect(code).toBe(1);
});

test('a deployment that takes too long is stopped, and the engine with it', async () => {
  const before = scratchFolders();
  const { ended, until } = demo(['--deploy-limit', '1']);
  const [, url] = await until(/local engine ready at (\S+)/);
  const { code, printed } = await ended;
  expect(printed).toContain('cdk deploy took more than 1 s and was stopped');
  expect(code).toBe(1);
  expect(await answers(url)).toBe(false);
  expect(scratchFolders()).toEqual(before);
});

test('--keep leaves the shop running, prints lines that work, and ends on Ctrl-C', async () => {
  const { child, ended, until } = demo(['--keep']);
  const [lines] = await until(/The shop keeps running[^]*Ctrl-C stops it/);
  const curls = [...lines.matchAll(/^curl -i -X (\w+) '([^']+)'(.*)$/gm)];
  expect(curls.map(([, method]) => method)).toEqual(['POST', 'GET', 'DELETE']);
  for (const [, method, url, rest] of curls) {
    const headers = Object.fromEntries([...rest.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [name, value]));
    const answer = await fetch(url, { method, headers, body: /-d '([^']+)'/.exec(rest)?.[1] });
    expect([method, answer.ok]).toEqual([method, true]);
  }
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
});

test('an option that is no number', async () => {
  const { code, printed } = await demo(['--port', 'http']).ended;
  expect(printed).toContain('--port takes a whole number, not http');
  expect(code).toBe(1);
});

test('Ctrl-C stops what was started', async () => {
  const before = scratchFolders();
  const { child, ended, until } = demo([]);
  const [, url] = await until(/local engine ready at (\S+)/);
  expect(await answers(url)).toBe(true);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(await answers(url)).toBe(false);
  expect(scratchFolders()).toEqual(before);
});
