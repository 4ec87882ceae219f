import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { buffer } from 'stream/consumers';

export interface Answer { readonly status: number; readonly body: any }

type Before = (operation: string, body: any) => Promise<Answer | undefined> | Answer | undefined;
type After = (operation: string, body: any, answer: any) => any;
const answersNothing: Before = () => undefined;
const changesNothing: After = (_operation, _body, answer) => answer;

/** What stands between a client and DynamoDB: it sees every request, and may answer in its place. */
export class FaultyDatabase {
  /** Operations and their parameters, in order. */
  public readonly asked: Array<{ operation: string; body: any }> = [];
  /** Answers in place of DynamoDB, or does something before it; what it changes of the parameters is changed. */
  public before: Before = answersNothing;
  /** Changes what DynamoDB answered. */
  public after: After = changesNothing;
  private readonly server: Server;

  constructor(private readonly endpoint: string) {
    this.server = createServer((request, response) => {
      void buffer(request).then(async (data) => {
        const operation = `${request.headers['x-amz-target']}`.split('.')[1];
        const { status, body } = await this.answer(operation, data, request.headers as Record<string, string>);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
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
    this.before = answersNothing;
    this.after = changesNothing;
  }

  public times(operation: string): number {
    return this.asked.filter((one) => one.operation === operation).length;
  }

  private async answer(operation: string, data: Buffer, headers: Record<string, string>): Promise<Answer> {
    const body = JSON.parse(data.toString());
    this.asked.push({ operation, body: JSON.parse(data.toString()) });
    const own = await this.before(operation, body);
    if (own) return own;
    const { host, connection, 'content-length': length, ...others } = headers;
    const answer = await fetch(this.endpoint, { method: 'POST', headers: others, body: JSON.stringify(body) });
    const answered = await answer.json();
    return { status: answer.status, body: answer.ok ? this.after(operation, body, answered) : answered };
  }
}

/** An error of DynamoDB, as the SDK reads it. */
export function failure(name: string, status = 400): Answer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'as planned' } };
}
