import { createServer, IncomingHttpHeaders, request as forward, Server } from 'http';
import { AddressInfo } from 'net';
import { buffer } from 'stream/consumers';
import { actionOf } from './request-action.cjs';

export interface Asked {
  /** Such as `GetObject` or `UpdateItem`. */
  readonly action: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly headers?: IncomingHttpHeaders;
  readonly body: Buffer | string;
}

type Between = (asked: Asked, ask: () => Promise<Answered>) => Promise<Answered>;
const nothing: Between = async (_asked, ask) => ask();

/** What stands between a process and the services of the local engine: it sees every request, and may answer it or do something before and after. */
export class FaultyServices {
  public readonly asked: Asked[] = [];
  public between: Between = nothing;
  private readonly server: Server;

  constructor(private readonly endpoint: string) {
    this.server = createServer((request, response) => {
      void buffer(request).then(async (data) => {
        const { method, url: path, headers } = request as { method: string; url: string; headers: IncomingHttpHeaders };
        const asked = { action: actionOf(method, path, headers, data), path, headers, body: data.toString() };
        this.asked.push(asked);
        const ask = async () => this.ask(method, path, headers, data);
        const answer = await this.between(asked, ask).catch((error: Error) => json({ message: error.message }, 400));
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
  }

  public async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  public reset(): void {
    this.asked.length = 0;
    this.between = nothing;
  }

  /** Requests of an action, in order. */
  public of(action: string): Asked[] {
    return this.asked.filter((one) => one.action === action);
  }

  private async ask(method: string, path: string, headers: IncomingHttpHeaders, data: Buffer): Promise<Answered> {
    return new Promise((done, fail) => {
      const sent = forward(this.endpoint, { method, path, headers }, (answer) => {
        buffer(answer).then((body) => done({ status: answer.statusCode!, headers: answer.headers, body }), fail);
      });
      sent.once('error', fail).end(data);
    });
  }
}

/** An answer of a service that speaks JSON. */
export function json(body: unknown, status = 200, headers: IncomingHttpHeaders = {}): Answered {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...headers }, body: JSON.stringify(body) };
}

/** An error of S3. */
export function s3Error(status: number, code: string): Answered {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<Error><Code>${code}</Code><Message>as planned</Message></Error>` };
}
