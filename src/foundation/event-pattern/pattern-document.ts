import { DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, Stack, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { inputError } from '../input-error';

type Document = Record<string, any>;

/** Tokens want to be resolved somewhere, and a contract is nowhere. Nothing is put in here. */
let scratch: Stack | undefined;

/** A pattern under the names that EventBridge has: the CDK writes one in its own way. */
export function underItsNames({ detailType, ...others }: events.EventPattern): Document {
  return detailType === undefined ? others : { ...others, 'detail-type': detailType };
}

/**
 * A document as it will be, for a look at it: `events.Match` makes tokens, and what is known at deployment only is a text in place of a value, of the
 * operator that holds it, or of a list.
 */
export function plainDocument(document: Document): Document {
  refuseLostNull(document, []);
  const resolver = new ReferencesLeftOut();
  const resolved = Tokenization.resolve(document, { scope: scratch ??= new Stack(), resolver, preparing: false });
  return withoutReferences(resolved);
}

const REFERENCE = { Ref: 'known at deployment only' };

/** A reference cannot be resolved without the stack that it is used in, which a contract does not have. */
class ReferencesLeftOut extends DefaultTokenResolver {
  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    return Reference.isReference(token) ? REFERENCE : super.resolveToken(token, context, postProcessor);
  }
}

/** A null of Python, Java or Go comes here as undefined, and would be left out without a word. */
function refuseLostNull(value: unknown, path: string[]): void {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (Array.isArray(value) && inner === undefined) {
      throw inputError(path.join('.'), 'must have null as events.Match.nullValue() or JsonNull.INSTANCE in this language', inner);
    }
    refuseLostNull(inner, [...path, key]);
  }
}

function withoutReferences(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (isReference(value)) return ['<token>'];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => {
    if (!Array.isArray(inner)) return [key, withoutReferences(inner)];
    return [key, inner.map(key === '$or' ? withoutReferences : (element) => hasReference(element) ? '<token>' : element)];
  }));
}

function hasReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (isReference(value) || Object.values(value).some(hasReference));
}

function isReference(value: object): boolean {
  const [[key, inner] = [''], ...others] = Object.entries(value);
  return others.length === 0 && (key.startsWith('Fn::') || (key === 'Ref' && typeof inner === 'string'));
}
