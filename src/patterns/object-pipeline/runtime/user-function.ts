import { LambdaClient } from '@aws-sdk/client-lambda';
import { TransformSink } from './row-transform';
import { FUNCTION_ARN, FUNCTION_SECONDS } from '../contract';

/** Between the end of the function and that of the wait for it. */
const MARGIN_SECONDS = 10;

/** The user's function, if there is one, and a client that is patient enough for it. */
export function userFunction(): TransformSink | undefined {
  const functionArn = process.env[FUNCTION_ARN];
  if (!functionArn) return undefined;
  const seconds = Number(process.env[FUNCTION_SECONDS]) + MARGIN_SECONDS;
  return { functionArn, seconds, lambda: new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: seconds * 1000 } }) };
}
