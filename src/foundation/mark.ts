/**
 * Notes something on a construct, or changes the note.
 *
 * By `Symbol.for`, so that two copies of this library in one app read each other's.
 */
export function mark<T>(construct: object, name: string, value: T): T {
  Object.defineProperty(construct, symbolOf(name), { value, configurable: true });
  return value;
}

/** What was noted on a construct. */
export function marked<T>(construct: object, name: string): T | undefined {
  return (construct as Record<symbol, T | undefined>)[symbolOf(name)];
}

function symbolOf(name: string): symbol {
  return Symbol.for(`cdk-serverless-patterns.${name}`);
}
