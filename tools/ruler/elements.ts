/** Elements of a pattern's arrays, with values that try them. */
import * as fc from 'fast-check';

/** An element, with values that it should match and values that it should not; which it does, the official matcher says. `undefined` is no value. */
export interface Element {
  readonly element: any;
  readonly hits: any[];
  readonly misses: any[];
}

export const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);

/** Characters that have a meaning in patterns, or more than one byte, or another length in the other case. */
const characters = ['a', 'a', 'b', 'B', 'c', '1', '.', ' ', '*', '\\', '"', 'é', 'É', 'ß', 'ſ', 'K', 'İ', 'Σ', '中', '😀'];
const text = fc.string({ unit: oneOf(...characters), minLength: 1, maxLength: 5 });
const word = fc.oneof(fc.string({ unit: oneOf('a', 'b', 'A', 'c'), minLength: 1, maxLength: 4 }), text);
const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }), oneOf(0, 300, 0.1, -0.5, 1e21, 1e-7, 123456789012, 2 ** 53, 0.30000000000000004, -1.5e300),
  // What Java makes of the tiniest numbers, with less than full precision, depends on its version.
  fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => Math.abs(value) < 1e-300 ? 0 : value),
);
export const scalar: fc.Arbitrary<any> = fc.oneof(word, number, oneOf<any>(true, false, null, '', '0', 'true', 'null'));

const words = fc.array(word, { minLength: 1, maxLength: 3 });
const numbers = fc.array(number, { minLength: 1, maxLength: 3 });
const wildcardParts = fc.oneof(oneOf('*', '\\*', '\\\\'), fc.string({ unit: oneOf('a', 'b', 'é', '"', '.'), minLength: 1, maxLength: 2 }));
const wildcard = fc.array(wildcardParts, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.filter((part, i) => part !== '*' || parts[i - 1] !== '*').join(''));

const bytes = [oneOf(0, 10, 16, 99, 192, 255), oneOf(0, 9, 168, 255), oneOf(0, 1, 255), oneOf(0, 1, 9, 10, 15, 255)] as const;
const v4 = fc.tuple(...bytes).map((each) => each.join('.'));
const v6 = oneOf('::', '::1', '2001:db8::', '2001:DB8:0:0:0:0:0:1', 'fe80::1:ffff', 'ffff:ffff::', '::ffff:a00:1', '1:2:3:4:5:6:7::', 'a00::');
const addresses = ['10.1.2.3', '10.0.0.2', '255.255.255.255', '::1', '2001:db8::ff', 'fe80::', '::', '0:0:0:0:0:0:0:2'];
const noAddresses = ['10.0.0', '10.0.0.256', '1:2', ':', '::g', '1::2::3', '10.0.0.0/8', '1:2:3:4:5:6:7:8:9', '12345::', 10, 1.5];

const swapped = (value: string) => [...value].map((c) => c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()).join('');
const inAnyCase = (value: string) => [value, swapped(value), value.toUpperCase(), value.toLowerCase()];
const filled = (pattern: string, filling: string) => pattern.replace(/\\?[^]/g, (token) => token === '*' ? filling : token.slice(-1));

/** Texts that differ a little. */
const near = (value: string) =>
  [`${value}x`, `x${value}`, value.slice(1), value.slice(0, -1), swapped(value), `${value}${value}`, `b${value.slice(1)}`, ''];
const beside = (value: number) => [value + 1, value - 1, value + 0.001, -value, String(value), value * (1 + Number.EPSILON)];

const tried = (element: any, hits: any[], misses: any[]): Element => ({ element, hits, misses });

const plain = [
  word.map((value) => tried(value, [value], near(value))),
  number.map((value) => tried(value, [value], beside(value))),
  oneOf<any>(true, false, null).map((value) => tried(value, [value], [!value, String(value), 0, ''])),
  fc.constant(tried('', [''], [null, ' ', 0])),
  fc.oneof(v4, v6).map((value) =>
    tried(value, [value, value.toUpperCase(), value.replace('::', ':0:')], [`${value}0`, ...addresses, ...noAddresses])),
];

const onText = [
  word.map((value) => tried({ prefix: value }, [value, `${value}x`, `${value}${value}`], near(value))),
  word.map((value) => tried({ suffix: value }, [value, `x${value}`, `${value}${value}`], near(value))),
  word.map((value) => tried({ prefix: { 'equals-ignore-case': value } }, inAnyCase(value).flatMap((each) => [each, `${each}x`]), near(value))),
  word.map((value) => tried({ suffix: { 'equals-ignore-case': value } }, inAnyCase(value).flatMap((each) => [each, `x${each}`]), near(value))),
  word.map((value) => tried({ 'equals-ignore-case': value }, inAnyCase(value), [...near(value), 'ss', 'SS', 'k', '??'])),
  wildcard.map((value) => tried({ wildcard: value }, ['', 'a', 'xy', '*', 'b.a'].map((each) => filled(value, each)), near(filled(value, 'a')))),
  word.map((value) => tried({ exactly: value }, [value], near(value))),
];

const anythingBut = [
  fc.oneof(word, number).map((value) => tried({ 'anything-but': value }, ['other', 7, null, false, String(value)], [value])),
  words.map((values) => tried({ 'anything-but': values }, [...near(values[0]), 7, null], values)),
  numbers.map((values) => tried({ 'anything-but': values }, [...beside(values[0]), true], values)),
  ...['prefix', 'suffix', 'equals-ignore-case'].map((operator) => fc.tuple(words, fc.boolean()).map(([values, list]) => tried(
    { 'anything-but': { [operator]: list ? values : values[0] } },
    ['other', 7, ...near(values[0])],
    values.flatMap((each) => [...inAnyCase(each), operator === 'prefix' ? `${each}x` : `x${each}`]),
  ))),
  fc.tuple(wildcard, wildcard, fc.boolean()).map(([value, other, list]) => tried(
    { 'anything-but': { wildcard: list ? [value, other] : value } },
    ['other', 7, ...near(filled(value, 'a'))],
    [filled(value, ''), filled(value, 'ab'), filled(other, 'b')],
  )),
];

const onNumbers = [
  ...[['=', 0], ['<', -1], ['<=', -1], ['>', 1], ['>=', 1]].map(([operator, step]) => number.map((limit) =>
    tried({ numeric: [operator, limit] }, [limit + Number(step), limit], beside(limit)))),
  fc.tuple(number, number, oneOf('>', '>='), oneOf('<', '<=')).filter(([low, high]) => low < high).map(([low, high, from, to]) =>
    tried({ numeric: [from, low, to, high] }, [(low + high) / 2, low, high], [low - 1, high + 1, String(low), String(high)])),
];

const others = [
  fc.constant(tried({ exists: true }, ['x', 0, false, null, ''], [undefined, {}, [], { x: 1 }])),
  fc.constant(tried({ exists: false }, [undefined, {}, [], { x: 1 }], ['x', null])),
  fc.tuple(v4, fc.nat(31)).map(([value, bits]) => tried({ cidr: `${value}/${bits}` }, [value], [...addresses, ...noAddresses])),
  // An IPv4 address in IPv6 notation has at most 31 bits of network.
  fc.tuple(v6, fc.nat(127)).map(([value, bits]) => value.startsWith('::ffff') ? [value, bits % 32] : [value, bits])
    .map(([value, bits]) => tried({ cidr: `${value}/${bits}` }, [value], [...addresses, ...noAddresses])),
];

export const element: fc.Arbitrary<Element> = fc.oneof(...plain, ...onText, ...anythingBut, ...onNumbers, ...others);
