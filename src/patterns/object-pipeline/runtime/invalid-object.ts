import { INVALID_OBJECT } from '../contract';

/** An object that no further attempt makes good. Its message is for who sent it. */
export class InvalidObject extends Error {
  public readonly name = INVALID_OBJECT;
}
