/** Sends requests to the shop and tells what was asked, what came back and what it shows. */
export interface Expectation {
  /** What this request shows, as a sentence. */
  readonly shows: string;
  readonly status: number;
  /** What the answer's body must hold, to the letter; a string must be part of the text. */
  readonly body?: Record<string, unknown> | string;
  /** Headers that the answer must have; undefined means that it must not. */
  readonly headers?: Record<string, string | undefined>;
}

export interface Request {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export class Narrator {
  public passed = 0;
  public failed = 0;
  /** The first request of each method that did what it should: in this order they work again. */
  private readonly lines = new Map<string, string>();

  constructor(private readonly url: string) {}

  public chapter(title: string): void {
    console.log(`\n=== ${title}`);
  }

  /** Sends one request; the answer's body comes back, parsed where it is JSON. */
  public async send(path: string, { method = 'GET', headers = {}, body }: Request, expected: Expectation): Promise<any> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const sent = { ...(text !== undefined && { 'content-type': 'application/json' }), ...headers };
    const answer = await fetch(`${this.url}${path}`, { method, headers: sent, body: text, signal: AbortSignal.timeout(15_000) });
    const received = await answer.text();
    const wrong = judge(expected, answer, received);
    this.tell(expected.shows, wrong);
    console.log(`       ${method} /${path} ${text ?? ''}`);
    console.log(`       ${answer.status} ${received.slice(0, 200)}`);
    if (answer.ok && method !== 'OPTIONS' && !this.lines.has(method)) this.lines.set(method, curl(`${this.url}${path}`, method, sent, text));
    return parsed(received);
  }

  /** Tells of something that is no request: what it shows, what is wrong with it, and what was seen. */
  public tell(shows: string, wrong: string[], seen: string[] = []): void {
    if (wrong.length > 0) this.failed++;
    else this.passed++;
    console.log(`\n${wrong.length > 0 ? 'FAILED' : 'ok'.padEnd(6)} ${shows}`);
    for (const line of [...wrong, ...seen]) console.log(`       ${line}`);
  }

  public summary(): void {
    console.log(`\n${this.passed} passed, ${this.failed} failed`);
  }

  public curlLines(): string {
    return [...this.lines.values()].join('\n');
  }
}

function judge(expected: Expectation, answer: Response, received: string): string[] {
  const wrong: string[] = [];
  if (answer.status !== expected.status) wrong.push(`the status should be ${expected.status}`);
  if (typeof expected.body === 'string' && !received.includes(expected.body)) wrong.push(`the body should hold ${expected.body}`);
  if (typeof expected.body === 'object') {
    for (const [key, value] of Object.entries(expected.body)) {
      if (JSON.stringify(parsed(received)?.[key]) !== JSON.stringify(value)) wrong.push(`${key} should be ${JSON.stringify(value)}`);
    }
  }
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const found = answer.headers.get(name) ?? undefined;
    if (found !== value) wrong.push(`the header ${name} should be ${value}, not ${found}`);
  }
  return wrong;
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function curl(url: string, method: string, headers: Record<string, string>, body?: string): string {
  const quote = (text: string) => `'${text.replace(/'/g, '\'\\\'\'')}'`;
  return [
    'curl', '-i', '-X', method, quote(url), ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : ['-d', quote(body)]),
  ].join(' ');
}
