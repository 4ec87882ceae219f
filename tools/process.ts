/** Runs commands with a time limit, and stops all that was started, whatever happens. */
import { ChildProcess, spawn, SpawnOptions } from 'child_process';
import { mkdirSync, rmSync } from 'fs';
import { join, resolve } from 'path';

export const root = resolve(__dirname, '..');
/** Scratch folder of this process, removed at its end. */
export const scratch = join(root, '.tmp', `run-${process.pid}`);
export const bin = (name: string) => join(root, 'node_modules/.bin', name);

const begin = Date.now();
export const log = (text: string) => console.log(`[${((Date.now() - begin) / 1000).toFixed(1).padStart(5)} s] ${text}`);

const children = new Set<ChildProcess>();
let ending = false;

/** Starts a process in a group of its own, which ends with this process. */
export function start(command: string, args: string[], options: SpawnOptions): ChildProcess {
  if (ending) throw new Error(`not started any more: ${command}`);
  const child = spawn(command, args, { cwd: root, detached: true, ...options });
  children.add(child);
  child.once('error', () => children.delete(child));
  return child;
}

export interface RunOptions extends SpawnOptions {
  /** Lets what the command prints through as it comes. */
  readonly echo?: boolean;
}

/** A step that failed, with all that it printed. */
export class StepError extends Error {
  constructor(message: string, public readonly printed: string) {
    super(message);
  }
}

/** Runs a command and gives what it printed; fails with one sentence, and the end of what was printed. */
export async function run(what: string, command: string, args: string[], seconds: number, { echo, ...options }: RunOptions = {}): Promise<string> {
  const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let printed = '';
  for (const [stream, out] of [[child.stdout, process.stdout], [child.stderr, process.stderr]] as const) {
    stream?.on('data', (data) => {
      printed += data;
      if (echo) out.write(data);
    });
  }
  const tail = () => echo ? '' : `\n${printed.slice(-3000)}`;
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      void stop(child);
      fail(new StepError(`${what} took more than ${seconds} s and was stopped${tail()}`, printed));
    }, seconds * 1000);
    child.once('error', (error) => {
      clearTimeout(timer);
      fail(new Error(`${what} could not be started: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      children.delete(child);
      if (code === 0) done(printed);
      else fail(new StepError(`${what} failed with exit code ${code}${tail()}`, printed));
    });
  });
}

/** Ends a process and all that it started: politely, then for good. */
async function stop(child: ChildProcess): Promise<void> {
  const signal = (name: NodeJS.Signals | 0) => {
    try {
      return process.kill(-child.pid!, name);
    } catch {
      return false;
    }
  };
  if (child.pid && signal('SIGTERM')) {
    for (let i = 0; i < 30 && signal(0); i++) await new Promise((next) => setTimeout(next, 100));
    signal('SIGKILL');
  }
  children.delete(child);
}

export async function stopAll(): Promise<void> {
  ending = true;
  await Promise.all([...children].map(stop));
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs main and leaves nothing behind: not at its end, not on failure, not on Ctrl-C. */
export function guarded(main: () => Promise<void>): void {
  mkdirSync(scratch, { recursive: true });
  const end = async (code: number, text?: string) => {
    if (ending) return;
    if (text) console.error(text);
    await stopAll();
    process.exit(code);
  };
  process.on('SIGINT', () => void end(130, 'interrupted: stopping what was started'));
  process.on('SIGHUP', () => void end(129));
  process.on('SIGTERM', () => void end(143));
  main().then(() => end(Number(process.exitCode ?? 0)), (error: Error) => end(1, `\n${error.message}`));
}
