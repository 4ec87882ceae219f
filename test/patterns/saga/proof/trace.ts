/** Calls that may happen side by side. */
export interface Parallel {
  readonly parts: Trace[];
}

/** Calls in order. */
export type Trace = (string | Parallel)[];

const callsOf = (trace: Trace): string[] => trace.flatMap((item) => (typeof item === 'string' ? [item] : item.parts.flatMap(callsOf)));

/** Whether a log is one of the orders in which the calls may happen. A state is in one part only. */
export function legal(log: readonly string[], trace: Trace): boolean {
  let at = 0;
  const fits = (item: string | Parallel): boolean => {
    if (typeof item === 'string') return log[at++] === item;
    const parts = item.parts.map((part) => ({ part, calls: callsOf(part) }));
    const length = parts.reduce((sum, { calls }) => sum + calls.length, 0);
    const section = log.slice(at, at += length);
    return section.length === length && parts.every(({ part, calls }) => legal(section.filter((call) => calls.includes(call)), part));
  };
  return trace.every(fits) && at === log.length;
}
