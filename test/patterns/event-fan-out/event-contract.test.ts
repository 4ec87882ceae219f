import * as events from 'aws-cdk-lib/aws-events';
import { EventContract } from '../../../src';

const schema = {
  type: 'object',
  properties: {
    orderId: { type: 'string' },
    currency: { enum: ['EUR', 'USD'] },
    total: { type: 'number' },
    lines: { type: 'array', items: { type: 'object', properties: { quantity: { type: 'integer' } } } },
    tags: { type: 'array', items: { type: 'string' } },
    customer: { type: 'object', additionalProperties: true, properties: { vip: { type: ['boolean', 'null'] } } },
    anything: {},
  },
};
const orderPlaced = new EventContract({ source: 'shop.orders', detailType: 'OrderPlaced', schema });

test('all events, and some', () => {
  expect(orderPlaced.all()).toEqual({ source: ['shop.orders'], detailType: ['OrderPlaced'] });
  expect(orderPlaced.where({ total: [1] })).toEqual({ source: ['shop.orders'], detailType: ['OrderPlaced'], detail: { total: [1] } });
});

test.each<[Record<string, any>, boolean]>([
  [{ orderId: '1', total: 999 }, false],
  [{ orderId: '1', total: 1000 }, true],
  [{ orderId: '1' }, false],
  [{ orderId: '1', total: '1000' }, false],
])('a sample with %j matches: %s', (detail, matched) => {
  const sample = orderPlaced.sample(detail);
  expect(EventContract.matches(orderPlaced.where({ total: [{ numeric: ['>=', 1000] }] }), sample)).toBe(matched);
  expect(EventContract.matches(orderPlaced.where({ total: events.Match.greaterThanOrEqual(1000) }), sample)).toBe(matched);
  expect(EventContract.matches(orderPlaced.all(), sample)).toBe(true);
});

test('a sample of another contract does not match', () => {
  const other = new EventContract({ source: 'shop.orders', detailType: 'OrderCancelled' });
  expect(EventContract.matches(orderPlaced.all(), other.sample({}))).toBe(false);
});

test('all events of a bus match', () => {
  expect(EventContract.matches({ source: events.Match.prefix('') }, orderPlaced.sample({}))).toBe(true);
});

test('a null that another language has lost is not left out in silence', () => {
  expect(() => orderPlaced.where({ anything: ['x', undefined] }))
    .toThrow('\'detail.anything\' must have null as events.Match.nullValue() or JsonNull.INSTANCE in this language, got undefined');
  const nothing = orderPlaced.where({ anything: events.Match.nullValue() });
  expect(EventContract.matches(nothing, orderPlaced.sample({ anything: null }))).toBe(true);
});

test('another order of a filter makes the same pattern', () => {
  expect(JSON.stringify(orderPlaced.where({ total: [1], orderId: ['a'] }))).toBe(JSON.stringify(orderPlaced.where({ orderId: ['a'], total: [1] })));
});

test('a pattern that EventBridge refuses is refused', () => {
  expect(() => EventContract.matches({ source: 'shop' } as any, {})).toThrow('\'pattern\' must have an array at \'source\', got \'shop\'');
});

describe('fault 19: a filter that no event of the schema can match is refused', () => {
  test.each<[Record<string, any>, string]>([
    [{ totl: [1] }, '\'detail\' must only name fields that are in the schema of OrderPlaced, got \'detail.totl\''],
    [{ total: ['1000'] }, '\'detail\' must compare \'detail.total\' as number, as the schema of OrderPlaced has it, got \'"1000"\''],
    [{ total: [{ prefix: '1' }] }, '\'detail\' must compare \'detail.total\' as number'],
    [{ orderId: [{ numeric: ['>', 1] }] }, '\'detail\' must compare \'detail.orderId\' as string'],
    [{ lines: { quantity: ['1'] } }, '\'detail\' must compare \'detail.lines.quantity\' as integer'],
    [{ tags: [1] }, '\'detail\' must compare \'detail.tags\' as string'],
    [{ $or: [{ total: [1] }, { nothing: [1] }] }, 'got \'detail.nothing\''],
    [{ total: 1 }, '\'detail\' must have an array'],
    [{ total: { numeric: ['>=', 1] } }, '\'detail\' must have the operator numeric in an array at \'total\''],
    [{ orderId: { prefix: ['a'] } }, '\'detail\' must have an array at \'detail.orderId\', which is string in the schema of OrderPlaced'],
    [{ customer: [{ exists: true }] }, '\'detail\' must ask for a field of \'detail.customer\', which is an object'],
    [{ currency: ['GBP'] }, '\'detail\' must compare \'detail.currency\' with one of ["EUR","USD"]'],
    [{}, '\'detail\' must ask for something (all() is the pattern of every event)'],
  ])('%j', (detail, message) => {
    expect(() => orderPlaced.where(detail)).toThrow(message);
  });

  test.each<[Record<string, any>]>([
    [{ total: [1, { 'anything-but': [2] }, { exists: false }] }],
    [{ lines: { quantity: [{ numeric: ['>', 1] }] }, tags: ['a'] }],
    [{ customer: { vip: [true, null], since: ['2020'] } }],
    [{ anything: { deep: ['x'] } }],
    [{ $or: [{ total: [1] }, { orderId: [{ wildcard: 'a*' }] }] }],
  ])('but not %j', (detail) => {
    expect(() => orderPlaced.where(detail)).not.toThrow();
  });
});

test.each([
  ['source', '', 256],
  ['detailType', 'x'.repeat(129), 128],
] as const)('a %s is named', (prop, value, most) => {
  expect(() => new EventContract({ source: 'a', detailType: 'b', [prop]: value })).toThrow(`'${prop}' must have 1 to ${most} characters, got '${value}'`);
});
