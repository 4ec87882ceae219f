import { addressDigits, addressRange, cidrRange, digitsInRange, IpRange } from './ip-range';

export type Scalar = string | number | boolean | null;
export type ValueMatcher = (value: Scalar) => boolean;

/** Makes the error of a broken rule, and knows where in the pattern it is broken. */
export type InvalidPattern = (rule: string, got: unknown) => Error;

type Operator = (operand: unknown, fail: InvalidPattern) => ValueMatcher | 'absent';

/** What one element of a pattern's array asks of a value; `absent` asks that there is none. */
export function valueMatcher(element: unknown, fail: InvalidPattern): ValueMatcher | 'absent' {
  if (objectIn(element)) return operatorMatcher(OPERATORS, element, fail);
  if (!textIn(element) && !numberIn(element) && typeof element !== 'boolean' && element !== null) {
    throw fail('must have strings, numbers, booleans, null or operators in the array', element);
  }
  // An address stands for all its spellings.
  const address = textIn(element) && addressRange(element);
  return address ? inRange(address) : (value) => value === element;
}

function operatorMatcher(operators: Record<string, Operator>, element: Record<string, unknown>, fail: InvalidPattern): ValueMatcher | 'absent' {
  const [name, ...others] = Object.keys(element);
  const names = Object.keys(operators);
  if (name === undefined || others.length > 0) throw fail('must have exactly one operator in an object', element);
  if (!names.includes(name)) throw fail(`must have ${names.length > 1 ? 'one of the operators' : 'the operator'} ${names.join(', ')}`, name);
  return operators[name](element[name], (rule, got) => fail(`${rule} as ${name}`, got));
}

export const objectIn = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (value: unknown): value is string => typeof value === 'string';
const numberIn = (value: unknown): value is number => Number.isFinite(value);
const listOf = (operand: unknown): unknown[] => Array.isArray(operand) ? operand : [operand];

/** Operators on text compare with the quotes around it, as the official matcher does: what is not text has none and never matches. */
const quoted = (value: Scalar) => textIn(value) ? `"${value}"` : String(value);

const startsWith = (start: string): ValueMatcher => (value) => quoted(value).startsWith(`"${start}`);
const endsWith = (end: string): ValueMatcher => (value) => quoted(value).endsWith(`${end}"`);
const likeExpression = (expression: RegExp): ValueMatcher => (value) => expression.test(quoted(value));

const equalsIgnoreCase = onText((text) => likeExpression(new RegExp(`^"${anyCase(text)}"$`)));
const startsIgnoringCase = onText((text) => likeExpression(new RegExp(`^"${anyCase(text)}`)));
const endsIgnoringCase = onText((text) => likeExpression(new RegExp(`${anyCase(text)}"$`)));
const wildcard = onText(wildcardMatcher);

const OPERATORS: Record<string, Operator> = {
  'prefix': orIgnoringCase(onText(startsWith), startsIgnoringCase),
  'suffix': orIgnoringCase(onText(endsWith), endsIgnoringCase),
  'equals-ignore-case': equalsIgnoreCase,
  'wildcard': wildcard,
  'anything-but': anythingBut,
  'numeric': numeric,
  'exists': exists,
  'cidr': cidr,
  'exactly': onText((text) => (value) => value === text),
};

const BUT_OPERATORS: Record<string, Operator> = {
  'prefix': butEach(onText(notEmpty(startsWith))),
  'suffix': butEach(onText(notEmpty(endsWith))),
  'equals-ignore-case': butEach(equalsIgnoreCase),
  'wildcard': butEach(wildcard),
};

function onText(matcher: (text: string, fail: InvalidPattern) => ValueMatcher): Operator {
  return (operand, fail) => {
    if (!textIn(operand)) throw fail('must have a string', operand);
    return matcher(operand, fail);
  };
}

function notEmpty(matcher: (text: string) => ValueMatcher): (text: string, fail: InvalidPattern) => ValueMatcher {
  return (text, fail) => {
    if (text === '') throw fail('must have a string that is not empty', text);
    return matcher(text);
  };
}

function orIgnoringCase(exact: Operator, ignoringCase: Operator): Operator {
  return (operand, fail) => objectIn(operand) ? operatorMatcher({ 'equals-ignore-case': ignoringCase }, operand, fail) : exact(operand, fail);
}

/** Each character in lower or upper case. The official matcher does not know characters beyond the basic plane here: it sees two question marks. */
function anyCase(text: string): string {
  const escaped = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replace(/[\ud800-\udfff]/g, '?').split('')
    .map((character) => `(?:${escaped(character.toLowerCase())}|${escaped(character.toUpperCase())})`).join('');
}

/** Looks for the parts between the stars one after the other: no pattern can make that slow. */
function wildcardMatcher(pattern: string, fail: InvalidPattern): ValueMatcher {
  const tokens = [...`"${pattern}"`.matchAll(/\\?[^]/g)].map(([token]) => token);
  if (tokens.some((token) => token.length > 1 && !/[*\\]$/.test(token))) throw fail('must have \\ only before * and \\', pattern);
  if (tokens.some((token, i) => token === '*' && tokens[i + 1] === '*')) throw fail('must not have **', pattern);
  const parts = [''];
  for (const token of tokens) {
    if (token === '*') parts.push('');
    else parts.push(parts.pop() + token.slice(-1));
  }
  const [start, ...middle] = parts;
  const end = middle.pop();
  if (end === undefined) return (value) => quoted(value) === start;
  return (value) => {
    const text = quoted(value);
    if (!text.startsWith(start)) return false;
    let at = start.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at + end.length <= text.length && text.endsWith(end);
  };
}

function anythingBut(operand: unknown, fail: InvalidPattern): ValueMatcher | 'absent' {
  if (objectIn(operand)) return operatorMatcher(BUT_OPERATORS, operand, fail);
  const list = listOf(operand);
  if (list.length === 0) throw fail('must have at least one value', operand);
  if (!list.every((each) => textIn(each)) && !list.every((each) => numberIn(each))) throw fail('must have strings only or numbers only', operand);
  const excluded = new Set<unknown>(list);
  return (value) => !excluded.has(value);
}

/** Not the text, or none of the texts. */
function butEach(operator: Operator): Operator {
  return (operand, fail) => {
    const matchers = listOf(operand).map((each) => operator(each, fail) as ValueMatcher);
    if (matchers.length === 0) throw fail('must have at least one string', operand);
    return (value) => !matchers.some((matches) => matches(value));
  };
}

const COMPARISONS: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function numeric(operand: unknown, fail: InvalidPattern): ValueMatcher {
  const list = listOf(operand);
  const [from, low, to, high] = list as [string, number, string, number];
  const single = list.length === 2 && Object.keys(COMPARISONS).includes(from) && numberIn(low);
  const range = list.length === 4 && ['>', '>='].includes(from) && numberIn(low) && ['<', '<='].includes(to) && numberIn(high);
  if (!single && !range) throw fail('must have a comparison such as ["<", 10] or a range such as [">=", 0, "<", 10]', operand);
  if (range && low >= high) throw fail('must have a range that begins below its end', operand);
  return (value) => numberIn(value) && COMPARISONS[from](value, low) && (single || COMPARISONS[to](value, high));
}

function exists(operand: unknown, fail: InvalidPattern): ValueMatcher | 'absent' {
  if (typeof operand !== 'boolean') throw fail('must have true or false', operand);
  return operand ? () => true : 'absent';
}

function cidr(operand: unknown, fail: InvalidPattern): ValueMatcher {
  const range = textIn(operand) && cidrRange(operand);
  if (!range) throw fail('must have a block of addresses such as 10.0.0.0/8 (a single address is a plain value)', operand);
  return inRange(range);
}

/** The official matcher takes the digits of a number for those of an address. */
function inRange(range: IpRange): ValueMatcher {
  return (value) => {
    const digits = textIn(value) ? addressDigits(value) : quoted(value);
    return digits !== undefined && digitsInRange(digits, range);
  };
}
