import { checkPattern, matchesPattern } from '../../../src/foundation/event-pattern/event-pattern';

/** A pattern of one field `v`, with values that it matches and values that it does not. `undefined` is no field at all. */
const ofValues: [title: string, values: unknown[], matched: unknown[], unmatched: unknown[]][] = [
  ['text: to the letter', ['paid'], ['paid', ['new', 'paid']], ['Paid', 'paid ', 'unpaid', null, undefined, [], {}]],
  ['one of several', ['a', 'b', 3], ['a', 'b', 3, 'b'], ['c', '3']],
  ['numbers: by value', [300], [300, 3.0e2, [1, 300]], ['300', 301, true]],
  ['zero has no sign', [0], [0, -0], ['', false, null]],
  ['boolean', [true], [true], [false, 'true', 1]],
  ['null: a value of its own', [null], [null, [null]], [undefined, '', 'null', 0, []]],
  ['empty text', [''], ['', ['']], [null, ' ', undefined, []]],
  ['prefix', [{ prefix: 'eu-' }], ['eu-west-1', 'eu-'], ['EU-west-1', 'eu', 5]],
  ['suffix', [{ suffix: '.png' }], ['a.png', '.png'], ['a.PNG', 'a.png.gz']],
  ['prefix in any case', [{ prefix: { 'equals-ignore-case': 'Event' } }], ['EVENTS', 'event'], ['even']],
  ['suffix in any case', [{ suffix: { 'equals-ignore-case': '.png' } }], ['a.PNG', '.png'], ['png']],
  ['text in any case', [{ 'equals-ignore-case': 'Grüße' }], ['GRÜSSE', 'grüße'], ['grüsse x', 'grusse']],
  ['wildcard: also no character, also a slash', [{ wildcard: 'a/*.png' }], ['a/b.png', 'a/.png', 'a/b/c.png'], ['a/b.gif', 'xa/b.png']],
  ['wildcard: parts do not overlap', [{ wildcard: 'ab*ba' }], ['abba', 'abXba'], ['aba']],
  ['wildcard: a star that is one', [{ wildcard: 'a\\*b\\\\*' }], ['a*b\\', 'a*b\\c'], ['aXb\\']],
  ['anything but one', [{ 'anything-but': 'new' }], ['old', 5, null, ['new', 'old']], ['new', ['new'], {}, []]],
  ['anything but several', [{ 'anything-but': [1, 2] }], [3, '1', 'x'], [1, 2.0]],
  ['anything but a prefix', [{ 'anything-but': { prefix: 'a' } }], ['b', 'A', 5], ['a', 'ab']],
  ['anything but some suffixes', [{ 'anything-but': { suffix: ['x', 'y'] } }], ['z'], ['ax', 'ay']],
  ['anything but a text in any case', [{ 'anything-but': { 'equals-ignore-case': 'new' } }], ['news'], ['NEW', 'new']],
  ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], ['lib/a'], ['a/lib/b', '/lib/']],
  ['two exclusions exclude nothing: one of them always holds', [{ 'anything-but': 'a' }, { 'anything-but': 'b' }], ['a', 'b', 'c'], [undefined]],
  ['less', [{ numeric: ['<', 10] }], [9.99, -1e300, [11, 9]], [10, '9', null]],
  ['at most', [{ numeric: ['<=', 10] }], [10], [10.01]],
  ['more', [{ numeric: ['>', -0.5] }], [-0.4, 0], [-0.5]],
  ['at least', [{ numeric: ['>=', 1e3] }], [1000], [999.9]],
  ['equal', [{ numeric: ['=', 0.1] }], [0.1, 1e-1], [0.2, '0.1']],
  ['between', [{ numeric: ['>', 0, '<=', 5] }], [0.1, 5], [0, 5.1]],
  ['a value', [{ exists: true }], ['x', null, '', 0, [1]], [undefined, [], [{}]]],
  ['no value', [{ exists: false }], [undefined, [], {}, [{}]], ['x', null, 0]],
  ['no value, or a certain one', [{ exists: false }, 'x'], [undefined, 'x'], ['y']],
  ['IPv4 block', [{ cidr: '10.0.0.0/30' }], ['10.0.0.0', '10.0.0.3'], ['10.0.0.4', '10.0.0', '10.0.0.256']],
  ['IPv6 block', [{ cidr: '2001:db8::/33' }], ['2001:db8::1', '2001:DB8:7fff::'], ['2001:db8:8000::', '10.0.0.1', '1::2::3']],
  ['an address in any spelling', ['2001:db8::1', '10.0.0.1'], ['2001:0DB8:0:0:0:0:0:1', '10.0.0.01'], ['2001:db8::2', '10.0.0.2']],
];

test.each(ofValues)('%s', (_, values, matched, unmatched) => {
  const event = (value: unknown) => value === undefined ? {} : { v: value };
  for (const value of matched) expect([value, matchesPattern({ v: values }, event(value))]).toEqual([value, true]);
  for (const value of unmatched) expect([value, matchesPattern({ v: values }, event(value))]).toEqual([value, false]);
});

const paid = { source: 'shop', detail: { state: 'paid', items: [{ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 5 }], customer: { id: 7 } } };
const ofPaths: [title: string, pattern: Record<string, any>, verdict: boolean][] = [
  ['all fields', { source: ['shop'], detail: { state: ['paid'], customer: { id: [7] } } }, true],
  ['not one less', { source: ['shop'], detail: { state: ['new'], customer: { id: [7] } } }, false],
  ['$or: one of them', { $or: [{ source: ['other'] }, { detail: { state: ['paid'] } }] }, true],
  ['$or: none of them', { $or: [{ source: ['other'] }, { detail: { state: ['new'] } }] }, false],
  ['$or beside other fields', { source: ['other'], $or: [{ account: [{ exists: false }] }, { detail: { state: ['paid'] } }] }, false],
  ['$or within $or, within detail', { detail: { $or: [{ state: ['new'] }, { $or: [{ customer: { id: [7] } }, { id: ['x'] }], state: ['paid'] }] } }, true],
  ['the test that comes later replaces one of the same path', { $or: [{ source: ['other'] }, { id: [1] }], source: ['shop'] }, true],
  ['dots', { 'detail.customer.id': [7] }, true],
  ['a test of what has parts', { detail: { customer: [7] } }, false],
  ['one element of an array', { detail: { items: { sku: ['B'], quantity: [5] } } }, true],
];

test.each(ofPaths)('%s', (_, pattern, verdict) => expect(matchesPattern(pattern, paid)).toBe(verdict));

describe('fault 19: a pattern that matches nothing', () => {
  test('fault 19: a scalar is refused', () => {
    expect(() => checkPattern('on', { detail: { total: 1000 } })).toThrow("'on' must have an array at 'detail.total', got 1000");
    expect(() => matchesPattern({ source: 'shop' }, paid)).toThrow("'pattern' must have an array at 'source', got 'shop'");
  });
  test('fault 19: text is not a number', () => {
    expect(matchesPattern({ detail: { customer: { id: ['7'] } } }, paid)).toBe(false);
    expect(matchesPattern({ detail: { customer: { id: [{ numeric: ['=', 7] }] } } }, { detail: { customer: { id: '7' } } })).toBe(false);
  });
  test('fault 19: what has parts does not exist', () => {
    expect(matchesPattern({ detail: { customer: [{ exists: true }] } }, paid)).toBe(false);
    expect(matchesPattern({ detail: { customer: [{ exists: false }] } }, paid)).toBe(true);
    expect(matchesPattern({ detail: { customer: { id: [{ exists: true }] } } }, paid)).toBe(true);
  });
});

describe('fault 20: a pattern that matches something else', () => {
  test('fault 20: anything but needs a value', () => {
    expect(matchesPattern({ detail: { state: [{ 'anything-but': 'new' }] } }, paid)).toBe(true);
    expect(matchesPattern({ detail: { gift: [{ 'anything-but': 'new' }] } }, paid)).toBe(false);
    expect(matchesPattern({ detail: { gift: [{ 'anything-but': 'new' }, { exists: false }] } }, paid)).toBe(true);
  });
  test('fault 20: what matches is one element, not some of this and some of that', () => {
    expect(matchesPattern({ detail: { items: { sku: ['A'], quantity: [5] } } }, paid)).toBe(false);
    expect(matchesPattern({ detail: { items: { sku: ['A', 'B'], quantity: [{ numeric: ['>', 1] }] } } }, paid)).toBe(true);
    expect(matchesPattern({ sku: ['A'], quantity: [5] }, { sku: ['A', 'B'], quantity: [1, 5] })).toBe(true);
  });
  test('fault 20: no value is looked for only in the elements that the paths before have chosen', () => {
    expect(matchesPattern({ items: { a: ['x'], gift: [{ exists: false }] } }, { items: [{ a: 'x' }, { a: 'y', gift: 1 }] })).toBe(true);
    expect(matchesPattern({ items: { gift: [{ exists: false }], sku: ['x'] } }, { items: [{ sku: 'x' }, { sku: 'y', gift: 1 }] })).toBe(false);
  });
});

test('an event is matched as it is sent', () => {
  expect(matchesPattern({ time: [{ prefix: '2026-01' }], gone: [{ exists: false }] }, { time: new Date('2026-01-02'), gone: undefined })).toBe(true);
});

const refused: [pattern: any, message: string][] = [
  ['text', "'on' must be an object, got 'text'"],
  [{}, "'on' must not have an empty object, got '{}'"],
  [{ detail: {} }, "'on' must not have an empty object at 'detail', got '{}'"],
  [{ source: null }, "'on' must have an array at 'source', got null"],
  [{ source: [] }, "'on' must have at least one value at 'source', got '[]'"],
  [{ source: [['a']] }, "'on' must have strings, numbers, booleans, null or operators in the array at 'source', got '[\"a\"]'"],
  [{ n: [NaN] }, "'on' must have strings, numbers, booleans, null or operators in the array at 'n', got NaN"],
  [{ v: [{ startsWith: 'a' }] }, "'on' must have one of the operators prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr, exactly at 'v', got 'startsWith'"],
  [{ v: [{ prefix: 'a', suffix: 'b' }] }, "'on' must have exactly one operator in an object at 'v', got '{\"prefix\":\"a\",\"suffix\":\"b\"}'"],
  [{ v: [{ prefix: ['a'] }] }, "'on' must have a string as prefix at 'v', got '[\"a\"]'"],
  [{ v: [{ suffix: { wildcard: 'a' } }] }, "'on' must have the operator equals-ignore-case as suffix at 'v', got 'wildcard'"],
  [{ v: [{ wildcard: 'a**' }] }, "'on' must not have ** as wildcard at 'v', got 'a**'"],
  [{ v: [{ wildcard: 'a\\b' }] }, "'on' must have \\ only before * and \\ as wildcard at 'v', got 'a\\b'"],
  [{ v: [{ exists: 'true' }] }, "'on' must have true or false as exists at 'v', got 'true'"],
  [{ v: [{ 'anything-but': ['a', 1] }] }, "'on' must have strings only or numbers only as anything-but at 'v', got '[\"a\",1]'"],
  [{ v: [{ 'anything-but': { prefix: '' } }] }, "'on' must have a string that is not empty as prefix as anything-but at 'v', got ''"],
  [{ v: [{ 'anything-but': { numeric: ['=', 1] } }] }, "'on' must have one of the operators prefix, suffix, equals-ignore-case, wildcard as anything-but at 'v', got 'numeric'"],
  [{ v: [{ numeric: ['<', '5'] }] }, "'on' must have a comparison such as [\"<\", 10] or a range such as [\">=\", 0, \"<\", 10] as numeric at 'v', got '[\"<\",\"5\"]'"],
  [{ v: [{ numeric: ['>', 5, '<', 5] }] }, "'on' must have a range that begins below its end as numeric at 'v', got '[\">\",5,\"<\",5]'"],
  [{ v: [{ cidr: '10.0.0.1/32' }] }, "'on' must have a block of addresses such as 10.0.0.0/8 (a single address is a plain value) as cidr at 'v', got '10.0.0.1/32'"],
  [{ detail: { $or: [{ a: ['x'] }] } }, "'on' must have an array of at least two objects as $or at 'detail', got '[{\"a\":[\"x\"]}]'"],
  [{ $or: [{ prefix: ['x'] }, { a: ['x'] }] }, "'on' must not have a field with the name of an operator within $or at 'prefix', got '[\"x\"]'"],
];

test.each(refused)('refuses %j', (pattern, message) => expect(() => checkPattern('on', pattern)).toThrow(new Error(message)));

test('takes what EventBridge takes', () => {
  expect(() => checkPattern('on', { 'source': ['shop'], 'detail-type': [{ prefix: 'Order' }], 'detail': { $or: [{ a: [1] }, { b: [null, false] }] } })).not.toThrow();
});
