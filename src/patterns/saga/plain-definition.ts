import { Token } from 'aws-cdk-lib';
import { States } from './definition';
import { State } from '../../foundation/machine-state';

/** The states as text without tokens: what is known at deployment only is called after its state. */
export function plainStates(states: States, partition: string): States {
  return Object.fromEntries(Object.entries(states).map(([name, state]) => [name, plainState(name, state, partition)]));
}

function plainState(name: string, { Branches, ...fields }: State, partition: string): State {
  const state = plain(fields, name, partition);
  if (!Branches) return state;
  return { ...state, Branches: Branches.map((branch: { States: States }) => ({ ...branch, States: plainStates(branch.States, partition) })) };
}

function plain(value: any, name: string, partition: string): any {
  if (typeof value === 'string') {
    const text = value.split(partition).join('aws');
    return Token.isUnresolved(text) ? name : text;
  }
  if (typeof value === 'number' && Token.isUnresolved(value)) return 60;
  if (typeof value !== 'object' || value === null) return value;
  if (Token.isUnresolved(value)) return Array.isArray(value) ? [name] : name;
  if (Array.isArray(value)) return value.map((element) => plain(element, name, partition));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, name, partition)]));
}
