import { InvokeCommand } from '@aws-sdk/client-lambda';
import { InvalidObject } from './invalid-object';
import { Processor, Throttled } from './object-run';
import { userFunction } from './user-function';
import { patiently } from '../../../foundation/runtime/back-off';
import { INVALID_OBJECT } from '../contract';

const LONGEST_RESULT = 64 * 1024;

/** Has the user's function process an object as a whole. */
export function functionProcessor(): Processor {
  const { functionArn, seconds, lambda } = userFunction()!;
  return async ({ object, source, timeLeft }) => {
    const call = async () => lambda.send(new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify({ object }) }));
    const called = await patiently(() => timeLeft() > seconds * 1000, call);
    if (!called) throw new Throttled();
    const { FunctionError, Payload } = called;
    const answer = Buffer.from(Payload ?? '').toString();
    if (FunctionError) {
      await source.check(); // it may have failed since the object is not there any more
      throw errorOf(answer);
    }
    if (Buffer.byteLength(answer) > LONGEST_RESULT) {
      throw new InvalidObject(`the function returned more than ${LONGEST_RESULT / 1024} kB: what is larger belongs in an object of its own`);
    }
    return { result: answer || undefined }; // a runtime of the user's own may answer with nothing at all
  };
}

/** As the function threw it. */
function errorOf(answer: string): Error {
  const { errorType = 'Error', errorMessage = answer } = JSON.parse(answer);
  const name = `${errorType}`.split('.').at(-1)!; // Java has the package before it
  return name === INVALID_OBJECT ? new InvalidObject(errorMessage) : Object.assign(new Error(errorMessage), { name });
}
