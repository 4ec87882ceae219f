/** A state in Amazon States Language. */
export type State = Record<string, any>;

/** Catchers of every error, but for those named before: `States.ALL` has not the first. */
export function catchAll(way: State): State[] {
  return [['States.DataLimitExceeded'], ['States.ALL']].map((ErrorEquals) => ({ ErrorEquals, ...way }));
}
