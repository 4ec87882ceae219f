/** What EventBridge does not take. */

const inBoth = (...operators: string[]) => (operand: unknown) => operators.map((operator) => [{ [operator]: operand }]);
const as = (operator: string) => (operand: unknown) => [{ [operator]: operand }];
const within = (operator: string) => (operand: unknown) => [{ 'anything-but': { [operator]: operand } }];

/** What stands where the array of a field should. */
export const malformed: unknown[] = [
  'text', 5, true, null, [], {}, [[]], [['a']],
  [{}], [{ prefix: 'a', suffix: 'b' }], [{ startsWith: 'a' }], [{ regex: 'a' }],
  ...[
    5, null, true, ['a'], {}, { suffix: 'a' }, { 'equals-ignore-case': 5 }, { 'equals-ignore-case': ['a'] }, { 'equals-ignore-case': 'a', 'x': 'b' },
  ].flatMap(inBoth('prefix', 'suffix')),
  ...[5, null, ['a'], {}].flatMap(inBoth('equals-ignore-case', 'wildcard', 'cidr', 'exactly')),
  ...['**', 'a**b', '\\', 'a\\b', '\\a*', 'a\\', '***', '*\\***'].flatMap((wildcard) => [as('wildcard')(wildcard), within('wildcard')(wildcard)]),
  ...[
    '', '10.0.0.0', '10.0.0.0/32', '10.0.0.0/-1', '10.0.0/8', '/8', '10.0.0.0/', '10.0.0.0/a', '10.0.0.0/8/8', '10.0.0.0/8 ', '10.0.0.0/1.5',
    '256.0.0.0/8', 'x/8', '::/128', '1::2::3/8', '1:2:3:4::5:6:7:8/8', '::ffff:a00:1/96',
  ].map(as('cidr')),
  ...['true', 1, null, [true], {}].map(as('exists')),
  ...[
    5, '=', {}, null, [], ['='], ['<'], [5], ['=', '5'], ['=', null], [['<'], 5], ['!=', 5], ['==', 5], ['toString', 5],
    ['=', 1, 2], ['<', 5, 6], ['=', 1, '<', 5],
    ['<', 5, '>', 1], ['>', 5, '>', 1], ['>', 1, '=', 5], ['>', 5, '<', 1], ['>', 5, '<', 5], ['>=', 5, '<=', 5], ['>', 1, '<'], ['>', 1, '<', '5'],
    ['>', 1, '<', 5, 6],
  ].map(as('numeric')),
  ...[null, true, [], [1, 'a'], ['a', null], [true], [[]], [{ prefix: 'a' }], {}, { prefix: 'a', suffix: 'b' }].map(as('anything-but')),
  ...['', ['a', ''], 5, ['a', 5], [], { 'equals-ignore-case': 'a' }].flatMap((operand) => [within('prefix')(operand), within('suffix')(operand)]),
  ...[5, null, [], ['a', 5]].flatMap((operand) => [within('equals-ignore-case')(operand), within('wildcard')(operand)]),
  within('wildcard')(['a', '**']), within('numeric')(['=', 1]), within('exists')(true), within('cidr')('10.0.0.0/8'),
];

/** What stands where the array of `$or` should. */
export const malformedOr: unknown[] = [
  'text', null, {}, { a: ['x'] }, [], ['a', 'b'], [{ a: ['x'] }], [{ a: ['x'] }, 'b'], [{}, {}], [{ a: ['x'] }, {}], [{ a: ['x'] }, [{ b: ['x'] }]],
  [{ prefix: ['x'] }, { b: ['x'] }], [{ a: { numeric: ['x'] } }, { b: ['x'] }], [{ a: ['x'] }, { regex: ['x'] }], [{ '<': ['x'] }, { a: ['x'] }],
  [{ a: ['x'] }, { $or: [{ b: ['x'] }] }],
];
