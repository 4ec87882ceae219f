import * as fc from 'fast-check';
import { epochInstant, isoInstant } from '../../../src/foundation/runtime/instant';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const proven = fc.date({ min: new Date('2000-01-02T00:00:00Z'), max: new Date('9999-12-29T00:00:00Z'), noInvalidDate: true });
/** Of the earth: from UTC-12 to UTC+14, by the quarter of an hour. */
const offset = fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => quarters * 15);
const two = (number: number) => String(number).padStart(2, '0');
const local = (instant: Date, minutes: number) => new Date(instant.getTime() + minutes * 60_000).toISOString().replace('Z', '');
const zone = (minutes: number) => `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;

describe('a text', () => {
  test.each([
    ['2026-11-10T03:00:00Z', at('2026-11-10T03:00:00Z')],
    ['2026-11-10T03:00:00.5Z', at('2026-11-10T03:00:00.500Z')],
    ['2026-11-10T03:00:00,5Z', at('2026-11-10T03:00:00.500Z')],
    ['2026-11-10T03:00:00.123456Z', at('2026-11-10T03:00:00.124Z')],
    ['2026-11-10T03:00:08.047Z', at('2026-11-10T03:00:08.047Z')],
    ['2026-11-10T03:00:08.0470000Z', at('2026-11-10T03:00:08.047Z')],
    ['2026-11-10T03:00:00+02:00', at('2026-11-10T01:00:00Z')],
    ['2026-11-10T03:00:00-0930', at('2026-11-10T12:30:00Z')],
    ['2026-11-10T03:00:00+02', at('2026-11-10T01:00:00Z')],
    ['2026-11-10T03:00Z', at('2026-11-10T03:00:59.999Z')],
    ['2028-02-29T03:00:00Z', at('2028-02-29T03:00:00Z')],
    ['2026-11-10T03:00:00', at('2026-11-10T15:00:00Z')], // in UTC-12
    ['2026-11-10', at('2026-11-11T12:00:00Z')], // when it ends there
  ])('%s means %s at the latest', (text, instant) => {
    expect(isoInstant(text)).toBe(instant);
  });

  test.each([
    '', 'never', '2026', '2026-11', '2026-11-1', '10.11.2026', '11/10/2026', '2026-11-10 03:00:00', '2026-11-10T', '2026-11-10T3:00Z', '2026-11-10T03Z', '2026-11-10T24:00:00Z',
    '2026-11-10T03:60:00Z', '2026-11-10T03:00:60Z', '2026-02-30T03:00:00Z', '2026-02-29', '2026-13-01', '2026-00-10', '2026-11-00', '2026-11-10T03:00:00+15:00', '2026-11-10T03:00:00z',
    '2026-11-10T03:00:00Z ', ' 2026-11-10', '20261110T030000Z', '+002026-11-10T03:00:00Z', '1762743600', 'Tue, 10 Nov 2026 03:00:00 GMT',
    '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '1999-12-30', '9999-12-31T23:59:59Z',
  ])('%p proves nothing', (text) => {
    expect(isoInstant(text)).toBeUndefined();
  });

  test('with a zone means its instant', () => {
    fc.assert(fc.property(proven, offset, (instant, minutes) => {
      expect(isoInstant(`${local(instant, minutes)}${zone(minutes)}`)).toBe(instant.getTime());
    }), { numRuns: 2000 });
  });

  test('without one never means an earlier instant than it was, wherever it was written', () => {
    fc.assert(fc.property(proven, offset, (instant, minutes) => {
      const latest = isoInstant(local(instant, minutes))!;
      expect(latest).toBeGreaterThanOrEqual(instant.getTime());
      expect(latest).toBeLessThanOrEqual(instant.getTime() + 26 * HOUR);
    }));
  });

  test('of a date never means an earlier instant than it was, wherever it was written', () => {
    fc.assert(fc.property(proven, offset, (instant, minutes) => {
      const latest = isoInstant(local(instant, minutes).slice(0, 10))!;
      expect(latest).toBeGreaterThanOrEqual(instant.getTime());
      expect(latest).toBeLessThanOrEqual(instant.getTime() + 50 * HOUR);
    }));
  });

  test('that is any text proves nothing, or a time of these centuries', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?Z?$/)), (text) => {
      const instant = isoInstant(text);
      expect(instant === undefined || (instant >= at('2000-01-01') && instant <= at('9999-12-31'))).toBe(true);
    }));
  });
});

describe('fault 85: a number', () => {
  test('means seconds or milliseconds as it is said', () => {
    fc.assert(fc.property(proven, (instant) => {
      expect(epochInstant(`${instant.getTime()}`, 1)).toBe(instant.getTime());
      expect(epochInstant(`${Math.floor(instant.getTime() / 1000)}`, 1000)).toBe(Math.floor(instant.getTime() / 1000) * 1000);
    }));
  });

  test('of the other unit proves nothing', () => {
    fc.assert(fc.property(fc.date({ min: new Date('2000-01-02T00:00:00Z'), max: new Date('2200-01-01T00:00:00Z'), noInvalidDate: true }), (instant) => {
      expect(epochInstant(`${Math.floor(instant.getTime() / 1000)}`, 1)).toBeUndefined();
      expect(epochInstant(`${instant.getTime()}`, 1000)).toBeUndefined();
    }));
  });

  test.each(['0', '-1', '1', '20261110', '1E400', 'NaN', '', '9'.repeat(38)])('%p proves nothing', (number) => {
    expect([epochInstant(number, 1), epochInstant(number, 1000)]).toEqual([undefined, undefined]);
  });

  test('with a fraction is not taken for earlier than it is', () => {
    expect(epochInstant('1762743600.0001', 1000)).toBe(1_762_743_600_001);
  });
});
