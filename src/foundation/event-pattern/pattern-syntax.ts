import { InvalidPattern, objectIn, valueMatcher, ValueMatcher } from './value-matchers';
import { inputError } from '../input-error';

/** What the values at a path must be. */
export interface FieldMatcher {
  /** Whether no value is fine as well. */
  readonly absent: boolean;
  /** One of these must match a value. */
  readonly present: ValueMatcher[];
}

/** What there must be at each path, all of it. */
export type Alternative = ReadonlyMap<string, FieldMatcher>;

interface Position {
  readonly prop: string;
  readonly path: string;
  readonly inOr: boolean;
}

/** Within `$or` EventBridge keeps the names of operators, also of some that it does not have, from being names of fields. */
const RESERVED = new Set([
  'exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr', '=', '<', '<=', '>', '>=',
  'regex', 'not-wildcard', 'not-equals-ignore-case', 'date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range',
  'ip-address-in-range', 'ip-address-not-in-range',
]);

/** What a pattern asks for, with each `$or` multiplied out; fails on a pattern that is not one. */
export function alternatives(prop: string, pattern: Record<string, any>): Alternative[] {
  const position = { prop, path: '', inOr: false };
  if (!objectIn(pattern)) throw invalid(position, 'must be an object', pattern);
  return withObject([new Map()], pattern, position);
}

function withObject(soFar: Alternative[], object: Record<string, unknown>, position: Position): Alternative[] {
  const fields = Object.entries(object);
  if (fields.length === 0) throw invalid(position, 'must not have an empty object', object);
  return fields.reduce((all, [key, value]) => key === '$or' ? withOr(all, value, position) : withField(all, key, value, position), soFar);
}

/** As with the official matcher, the later of two tests of one path counts: they arise from `$or` beside the same path, or from a dotted key. */
function withField(soFar: Alternative[], key: string, value: unknown, { prop, path, inOr }: Position): Alternative[] {
  const position = { prop, path: path === '' ? key : `${path}.${key}`, inOr };
  if (inOr && RESERVED.has(key)) throw invalid(position, 'must not have a field with the name of an operator within $or', value);
  if (objectIn(value)) return withObject(soFar, value, position);
  if (!Array.isArray(value)) throw invalid(position, 'must have an array', value);
  const matcher = fieldMatcher(value, (rule, got) => invalid(position, rule, got));
  return soFar.map((alternative) => new Map([...alternative, [position.path, matcher]]));
}

/** The official matcher takes a malformed `$or` for a field of that name, which no event has: surely not what was meant. */
function withOr(soFar: Alternative[], value: unknown, position: Position): Alternative[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(objectIn)) {
    throw invalid(position, 'must have an array of at least two objects as $or', value);
  }
  return value.flatMap((object) => withObject(soFar, object, { ...position, inOr: true }));
}

function fieldMatcher(values: unknown[], fail: InvalidPattern): FieldMatcher {
  if (values.length === 0) throw fail('must have at least one value', values);
  const matchers = values.map((value) => valueMatcher(value, fail));
  return { absent: matchers.includes('absent'), present: matchers.filter((matcher) => matcher !== 'absent') };
}

function invalid({ prop, path }: Position, rule: string, got: unknown): Error {
  const shown = typeof got === 'object' && got !== null ? JSON.stringify(got) : got;
  return inputError(prop, path === '' ? rule : `${rule} at '${path}'`, shown);
}
