import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { inputError } from './input-error';

interface Placed extends IConstruct {
  readonly env: { readonly region: string; readonly account: string };
}

/** Services hand over within a region, and most resources cannot be changed from another account. */
export function checkPlace(scope: Construct, prop: string, resource: Placed, places: Array<'region' | 'account'> = ['region']): void {
  for (const place of places) {
    const [theirs, ours] = [resource.env[place], Stack.of(scope)[place]];
    if (Token.compareStrings(theirs, ours) === TokenComparison.DIFFERENT) {
      throw inputError(prop, `must be in the ${place} of the pattern, ${ours}`, `${resource.node.path} in ${theirs}`);
    }
  }
}
