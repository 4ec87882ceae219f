/** A block of addresses, from one to another. */
export interface IpRange {
  readonly bottom: string;
  readonly top: string;
}

/** The block of a single address, if the text is one. */
export function addressRange(address: string): IpRange | undefined {
  const digits = addressDigits(address);
  return digits === undefined ? undefined : { bottom: digits, top: digits };
}

/** A block in CIDR notation, `10.0.0.0/8`. A block of one address is none for EventBridge. */
export function cidrRange(cidr: string): IpRange | undefined {
  const [, address, length] = /^([^/]*)\/([+-]?\d+)\/*$/.exec(cidr) ?? [];
  const digits = addressDigits(address ?? '');
  const bits = Number(length);
  if (digits === undefined || bits < 0 || bits >= digits.length * 4) return undefined;
  const fixed = digits.slice(0, Math.floor(bits / 4));
  const size = 2 ** (4 - bits % 4);
  const digit = parseInt(digits[fixed.length], 16);
  return {
    bottom: (fixed + hex(digit - digit % size)).padEnd(digits.length, '0'),
    top: (fixed + hex(digit - digit % size + size - 1)).padEnd(digits.length, 'F'),
  };
}

/**
 * Whether an address is in a block, both as digits.
 *
 * The official matcher compares digit by digit until the verdict is certain, also where the one is IPv4 and the other IPv6.
 */
export function digitsInRange(digits: string, { bottom, top }: IpRange): boolean {
  const compared = digits.slice(0, top.length);
  return bottom <= compared && compared <= top && (compared.length === top.length || !top.startsWith(compared));
}

/** An address as hexadecimal digits, 8 of IPv4 and 32 of IPv6, which compare as text. */
export function addressDigits(address: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return v4Digits(address);
  return /^[\da-f:]*:[\da-f:]*$/i.test(address) ? v6Digits(address) : undefined;
}

function v4Digits(address: string): string | undefined {
  const bytes = address.split('.').map(Number);
  return address.length <= 15 && bytes.every((byte) => byte < 256) ? bytes.map((byte) => hex(byte).padStart(2, '0')).join('') : undefined;
}

function v6Digits(address: string): string | undefined {
  const [left, right, ...rest] = address.split('::').map((part) => part === '' ? [] : part.split(':'));
  const gap = 8 - left.length - (right?.length ?? 0);
  const groups = right ? [...left, ...Array<string>(Math.max(gap, 0)).fill('0'), ...right] : left;
  if (rest.length > 0 || groups.length !== 8 || (right && gap === 0)) return undefined;
  if (!groups.every((group) => /^[\da-f]+$/i.test(group) && parseInt(group, 16) < 0x10000)) return undefined;
  const digits = groups.map((group) => hex(parseInt(group, 16)).padStart(4, '0')).join('');
  // An IPv4 address in IPv6 notation is the IPv4 address.
  return digits.startsWith('0'.repeat(20) + 'FFFF') ? digits.slice(24) : digits;
}

function hex(number: number): string {
  return number.toString(16).toUpperCase();
}
