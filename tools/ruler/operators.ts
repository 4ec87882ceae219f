/** What a pattern makes use of: the operators by name, and the kinds of plain values. */
export function operatorsIn(pattern: any): Set<string> {
  return new Set([...JSON.stringify(pattern).includes('"$or":') ? ['$or'] : [], ...[...operatorsByPath(pattern).values()].flat()]);
}

/** Each of these must be frequent in the corpus. */
export const OPERATORS = [
  'string', 'address', 'number', 'boolean', 'null',
  'prefix', 'prefix equals-ignore-case', 'suffix', 'suffix equals-ignore-case', 'equals-ignore-case', 'wildcard',
  'anything-but', 'anything-but list', 'anything-but prefix', 'anything-but suffix', 'anything-but equals-ignore-case', 'anything-but wildcard',
  'numeric =', 'numeric <', 'numeric <=', 'numeric >', 'numeric >=', 'numeric range', 'exists true', 'exists false', 'cidr v4', 'cidr v6', '$or',
];

/**
 * Where the official matcher (2.1.0) itself errs, so that there is nothing to be learnt. Of a wildcard and ignored case on one path it makes
 * one machine, which misses `ab` for `*ab`, or takes `xaA` for `aA`. And it takes a number for the digits of an address, but not beside a test
 * of numbers.
 */
export function confusing(pattern: any): boolean {
  return [...operatorsByPath(pattern).values()].some((operators) => {
    const some = (name: RegExp) => operators.some((operator) => name.test(operator));
    return some(/wildcard/) && some(/equals-ignore-case/) || some(/cidr|address/) && some(/^(num|anything-but$|anything-but list)/);
  });
}

/** `$or` adds nothing to the path. */
function operatorsByPath(pattern: any, path = '', found = new Map<string, string[]>()): Map<string, string[]> {
  for (const [key, value] of Object.entries<any>(pattern)) {
    const at = key === '$or' ? path : `${path}.${key}`;
    if (key === '$or') value.forEach((each: any) => operatorsByPath(each, at, found));
    else if (Array.isArray(value)) found.set(at, [...found.get(at) ?? [], ...value.map(operatorOf)]);
    else operatorsByPath(value, at, found);
  }
  return found;
}

/** `prefix`, `prefix equals-ignore-case`, `anything-but list`, `numeric range`, `string`, ... */
function operatorOf(element: any): string {
  if (element === null) return 'null';
  if (typeof element === 'string') return /^[\da-f]+[.:]|^:/i.test(element) ? 'address' : 'string';
  if (typeof element !== 'object') return typeof element;
  const [name, operand] = Object.entries<any>(element)[0];
  if (name === 'numeric') return `numeric ${operand.length > 2 ? 'range' : operand[0]}`;
  if (name === 'cidr') return `cidr v${operand.includes(':') ? 6 : 4}`;
  if (name === 'exists') return `exists ${operand}`;
  return Array.isArray(operand) ? `${name} list` : typeof operand === 'object' ? `${name} ${Object.keys(operand)[0]}` : name;
}
