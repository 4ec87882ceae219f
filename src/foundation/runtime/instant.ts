const HOUR = 3_600_000;
/** West of Greenwich, the day ends so much later at most. */
const WESTERNMOST = 12 * HOUR;
/** Earlier ones are placeholders, or of another unit: seconds that are taken for milliseconds. Later ones are milliseconds that are taken for seconds. */
const FIRST = Date.UTC(2000, 0);
const LAST = Date.UTC(9999, 11, 31);

const DATE = /(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)/;
const TIME = /(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:[.,](?<fraction>\d+))?)?/;
const ZONE = /Z|(?<sign>[+-])(?<hours>0\d|1[0-4])(?::?(?<minutes>[0-5]\d))?/;
const ISO = new RegExp(`^${DATE.source}(?:T${TIME.source}(?<zone>${ZONE.source})?)?$`);

/**
 * The latest instant, in milliseconds, that a text in ISO 8601 can mean: a time without zone may be of any, and a date lasts a day. Undefined where it proves none.
 */
export function isoInstant(text: string): number | undefined {
  const { year, month, day, hour, minute, second, fraction = '0', zone, sign, hours, minutes = '0' } = ISO.exec(text)?.groups ?? {};
  if (!year) return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isDay = new Date(midnight).toISOString().startsWith(`${year}-${month}-${day}`); // no 30th of February
  if (!isDay) return undefined;
  if (!hour) return proven(midnight + 24 * HOUR + WESTERNMOST);
  const local = midnight + Number(hour) * HOUR + Number(minute) * 60_000 + (second ? Number(second) * 1000 + millisOf(fraction) : 59_999);
  if (!zone) return proven(local + WESTERNMOST);
  const offset = sign ? Number(hours) * HOUR + Number(minutes) * 60_000 : 0;
  return proven(sign === '-' ? local + offset : local - offset);
}

/** The thousandths of a second, without arithmetic of floating points: 8.047 is 8047.000000000001 thousandths. */
function millisOf(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0')) + (/[1-9]/.test(fraction.slice(3)) ? 1 : 0);
}

/** The instant of a number since 1970, in milliseconds. Undefined where it proves none. */
export function epochInstant(number: string, unitMillis: number): number | undefined {
  return proven(Math.ceil(Number(number) * unitMillis));
}

function proven(instant: number): number | undefined {
  return instant >= FIRST && instant <= LAST ? instant : undefined;
}
