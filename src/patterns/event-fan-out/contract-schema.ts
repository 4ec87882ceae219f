import { inputError } from '../../foundation/input-error';

type Document = Record<string, any>;

/** Refuses a filter that no event of the schema can match: an unknown field, or a value of another type. What the schema leaves open passes. */
export function checkAgainstSchema(contract: string, schema: Document, filter: Document, path = 'detail'): void {
  for (const [field, condition] of Object.entries(filter)) {
    const place = `${path}.${field}`;
    if (field === '$or') {
      for (const alternative of condition) checkAgainstSchema(contract, schema, alternative, path);
    } else if (schema.properties) {
      const known = schema.properties[field];
      if (known) checkField(contract, known, condition, place);
      else if (isClosed(schema)) throw inputError('detail', `must only name fields that are in the schema of ${contract}`, place);
    }
  }
}

/** Also a schema that allows more fields: who filters by one that is not written down relies on what nobody promised. */
function isClosed(schema: Document): boolean {
  return !['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'patternProperties'].some((keyword) => keyword in schema) && !schema.additionalProperties;
}

function checkField(contract: string, schema: Document, condition: unknown, place: string): void {
  const element = typesOf(schema).includes('array') && typeof schema.items === 'object' ? schema.items : schema; // a pattern asks the elements of an array
  const types = typesOf(element);
  if (!Array.isArray(condition)) {
    if (types.length > 0 && !types.includes('object')) {
      throw inputError('detail', `must have an array at '${place}', which is ${types.join(' or ')} in the schema of ${contract}`, JSON.stringify(condition));
    }
    return checkAgainstSchema(contract, element, condition as Document, place);
  }
  for (const value of condition) checkValue(contract, element, types, value, place);
}

function checkValue(contract: string, schema: Document, types: string[], value: any, place: string): void {
  const wanted = typeWanted(value);
  if (wanted && types.length > 0 && !types.some((type) => type === wanted || (type === 'integer' && wanted === 'number'))) {
    throw inputError('detail', `must compare '${place}' as ${types.join(' or ')}, as the schema of ${contract} has it`, JSON.stringify(value));
  }
  const allowed = schema.enum ?? ('const' in schema ? [schema.const] : undefined);
  if (allowed && (typeof value !== 'object' || value === null) && !allowed.includes(value)) {
    throw inputError('detail', `must compare '${place}' with one of ${JSON.stringify(allowed)}, as the schema of ${contract} has it`, JSON.stringify(value));
  }
  if (types.length === 1 && types[0] === 'object' && value?.exists === true) {
    throw inputError('detail', `must ask for a field of '${place}', which is an object: exists looks at values only`, JSON.stringify(value));
  }
}

function typesOf({ type }: Document): string[] {
  return type === undefined ? [] : [type].flat();
}

/** The type that a value must have to be matched, where that is certain. */
function typeWanted(matcher: any): string | undefined {
  if (matcher === null) return 'null';
  if (typeof matcher !== 'object') return typeof matcher;
  const [operator] = Object.keys(matcher);
  if (operator === 'numeric') return 'number';
  return ['prefix', 'suffix', 'wildcard', 'equals-ignore-case', 'cidr'].includes(operator) ? 'string' : undefined;
}
