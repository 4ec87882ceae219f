const NUMBER = /^(?<sign>[+-]?)(?:(?<whole>\d+)(?:\.(?<part>\d*))?|\.(?<only>\d+))(?:[eE](?<exponent>[+-]?\d+))?$/;
const PLAIN = /^-?\d{1,15}$/;
/** Further ones may have digits, or a size, that JavaScript cannot hold. */
const RISKY = /[\d.]{16,}|\d[eE][+-]?\d{3}/;
/** What DynamoDB holds. */
const MOST_DIGITS = 38;
const SMALLEST = -130;
const LARGEST = 125;

/** A number of JSON that JavaScript cannot hold. */
export class ExactNumber {
  constructor(public readonly text: string) {}
}

/** JSON whose numbers keep all their digits. */
export function parseJson(text: string): unknown {
  return RISKY.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value !== 'number' || canonical(String(value)) === canonical(context!.source!) ? value : new ExactNumber(context!.source!);
}

export function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** The number as DynamoDB takes it; nothing where it is none, or one that DynamoDB cannot hold. */
export function dynamoNumber(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  const number = decimal(text);
  if (!number) return undefined;
  const { digits, exponent } = number;
  const size = digits.length - 1 + exponent;
  if (digits && (digits.length > MOST_DIGITS || size < SMALLEST || size > LARGEST)) return undefined;
  return text.replace(/^\+/, '').replace(/\.(?!\d)/, '').replace(/^(-?)\./, '$10.');
}

/** The same text for all that are the same number; infinity is itself. */
export function canonical(text: string): string {
  const { sign, digits, exponent } = decimal(text) ?? { sign: '', digits: text, exponent: 0 };
  return digits ? `${sign}${digits}e${exponent}` : '0';
}

/** A number as whole digits, without zeros at either end, times a power of ten. */
function decimal(text: string): { sign: string; digits: string; exponent: number } | undefined {
  const { sign, whole = '', part = '', only = '', exponent = '0' } = NUMBER.exec(text)?.groups ?? {};
  if (sign === undefined) return undefined;
  const fraction = part || only;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return { sign: sign === '-' ? '-' : '', digits, exponent: Number(exponent) - fraction.length + all.length - digits.length };
}
