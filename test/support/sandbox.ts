import { ChildProcess, fork } from 'child_process';
import { join } from 'path';
import { root } from './examples';

export interface Outcome {
  readonly result?: any;
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/** A warm process that runs a handler as it is shipped: bundled, with its environment, and nothing of the test's. */
export class Sandbox {
  public readonly printed: string[] = [];
  private readonly process: ChildProcess;
  private last = 0;

  constructor(handler: string, env: Record<string, string>) {
    this.process = fork(join(__dirname, 'sandbox-main.cjs'), [join(root, 'assets', handler, 'index.js')], { env, execArgv: [], silent: true });
    this.process.stdout!.on('data', (data) => this.printed.push(String(data)));
    this.process.stderr!.on('data', (data) => this.printed.push(String(data)));
  }

  /** @param remaining milliseconds that the function has, as it is told */
  public async invoke(event: unknown, remaining = 900_000): Promise<Outcome> {
    const id = ++this.last;
    return new Promise((done, fail) => {
      const listen = (message: Outcome & { id: number }) => {
        if (message.id !== id) return;
        this.process.off('message', listen);
        this.process.off('exit', ended);
        const { id: _, ...outcome } = message;
        done(outcome);
      };
      const ended = (code: number) => fail(new Error(`the handler's process ended with ${code}: ${this.printed.join('')}`));
      this.process.on('message', listen);
      this.process.once('exit', ended);
      this.process.send({ id, event, remaining });
    });
  }

  /** Ends it at once, whatever it does. */
  public kill(): void {
    this.process.kill('SIGKILL');
  }

  public stop(): void {
    this.process.removeAllListeners();
    this.process.kill();
  }
}
