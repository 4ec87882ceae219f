import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { InvalidObject } from './invalid-object';
import { Processor } from './object-run';
import { patiently } from '../../../foundation/runtime/back-off';
import { FUNCTION_ARN, FUNCTION_SECONDS, INVALID_OBJECT } from '../contract';

const LONGEST_RESULT = 64 * 1024;
/** Between the end of the function and that of the wait for it. */
const MARGIN_SECONDS = 10;

/** Has the user's function process an object as a whole. */
export function functionProcessor(): Processor {
  const seconds = Number(process.env[FUNCTION_SECONDS]) + MARGIN_SECONDS;
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: seconds * 1000 } });
  return async ({ object, source, timeLeft }) => {
    const call = async () => lambda.send(new InvokeCommand({ FunctionName: process.env[FUNCTION_ARN], Payload: JSON.stringify({ object }) }));
    const called = await patiently(() => timeLeft() > seconds * 1000, call);
    if (!called) return 'more'; // it was throttled all the time
    const { FunctionError, Payload } = called;
    const answer = Buffer.from(Payload!).toString();
    if (FunctionError) {
      await source.check(); // it may have failed since the object is not there any more
      throw errorOf(answer);
    }
    if (Buffer.byteLength(answer) > LONGEST_RESULT) throw new InvalidObject(`the function returned more than ${LONGEST_RESULT / 1024} kB: what is larger belongs in an object of its own`);
    return { result: answer };
  };
}

/** As the function threw it. */
function errorOf(answer: string): Error {
  const { errorType = 'Error', errorMessage = answer } = JSON.parse(answer);
  const name = `${errorType}`.split('.').at(-1)!; // Java has the package before it
  return name === INVALID_OBJECT ? new InvalidObject(errorMessage) : Object.assign(new Error(errorMessage), { name });
}
