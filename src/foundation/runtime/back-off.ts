const FIRST_MILLIS = 50;
const MOST_MILLIS = 5_000;
const PASSING = new Set([
  'ThrottlingException', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'InternalServerError',
  'TransactionConflict', 'TransactionConflictException', 'ServiceUnavailable', 'ServiceUnavailableException', 'TimeoutError',
  'TooManyRequestsException', 'ResourceConflictException', 'SnapStartNotReadyException', // of Lambda
]);

/** Waits between attempts: ever longer, at random. */
export class BackOff {
  private attempts = 0;

  public async pause(): Promise<void> {
    const most = Math.min(MOST_MILLIS, FIRST_MILLIS * 2 ** this.attempts++);
    await new Promise((done) => setTimeout(done, Math.random() * most));
  }
}

/** Does it again while it fails in a way that passes; gives nothing when there is no more time. */
export async function patiently<T>(hasTime: () => boolean, work: () => Promise<T>): Promise<T | undefined> {
  for (const backOff = new BackOff(); hasTime(); await backOff.pause()) {
    try {
      return await work();
    } catch (error) {
      const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
      if (!passes(name) && !(($metadata?.httpStatusCode ?? 0) >= 500)) throw error;
    }
  }
  return undefined;
}

/** Whether an error of this name or code passes by itself. */
export function passes(name?: string): boolean {
  return name !== undefined && PASSING.has(name);
}
