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
  if (!Array.isArray(condition)) return checkAgainstSchema(contract, element, condition as Document, place);
  const types = typesOf(element);
  if (types.length === 0) return;
  for (const value of condition) {
    const wanted = typeWanted(value);
    if (wanted && !types.some((type) => type === wanted || (type === 'integer' && wanted === 'number'))) {
      throw inputError('detail', `must compare '${place}' as ${types.join(' or ')}, as the schema of ${contract} has it`, JSON.stringify(value));
    }
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
