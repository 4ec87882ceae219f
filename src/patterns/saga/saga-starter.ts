import { Duration, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BUSINESS_ID_PATH, INPUT_PATH, STATE_MACHINE_ARN } from './contract';
import { Saga } from './saga';
import { handlerFunction } from '../../foundation/handler-function';
import { inputError } from '../../foundation/input-error';

/**
 * Props of SagaStarter.
 */
export interface SagaStarterProps {
  /**
   * The saga that is started.
   */
  readonly saga: Saga;

  /**
   * Where a message has the id of what the saga is about, such as `$.detail.orderId` of an event or `$.orderId` of a message of your own: a text or a number. The same
   * id starts one execution, however often it comes.
   */
  readonly businessId: string;

  /**
   * Where a message has the input of the saga.
   *
   * @default '$' - the whole message
   */
  readonly input?: string;
}

/**
 * A function that starts a saga for each message of a queue, once for each business id: EventBridge cannot name executions, so it would start one for each duplicate.
 *
 * The execution's name is the business id, where that is 1 to 80 letters, digits, `-` and `_`; otherwise the SHA-256 of it, in hexadecimal digits.
 * Step Functions remembers a name for 90 days after the execution has ended.
 *
 * @example
 * import { EventContract, EventFanOut, Saga, SagaStarter, Subscriber } from 'cdk-serverless-patterns';
 *
 * declare const saga: Saga;
 * declare const events: EventFanOut;
 * declare const orderPlaced: EventContract;
 *
 * const starter = new SagaStarter(this, 'Starter', { saga, businessId: '$.detail.orderId', input: '$.detail' });
 * events.subscribe('OrderSaga', { on: orderPlaced.all(), to: Subscriber.function(starter.function) });
 */
export class SagaStarter extends Construct {
  /**
   * The function. It takes the messages of a queue (`SQSEvent`, of `Subscriber.function` or `QueueWorker`) and answers which of them failed.
   */
  public readonly function: lambda.IFunction;

  constructor(scope: Construct, id: string, props: SagaStarterProps) {
    super(scope, id);
    const { saga, businessId, input = '$' } = props;
    checkPath('businessId', businessId, /^\$(\.[A-Za-z_][\w-]*)+$/);
    checkPath('input', input, /^\$(\.[A-Za-z_][\w-]*)*$/);
    const starter = handlerFunction(this, 'Function', {
      pattern: 'saga',
      handler: 'start-execution',
      description: `Starts executions of ${saga.node.path}, each once`,
      environment: { [STATE_MACHINE_ARN]: saga.stateMachine.stateMachineArn, [BUSINESS_ID_PATH]: businessId, [INPUT_PATH]: input },
      timeout: Duration.seconds(30),
      memorySize: 512,
    });
    saga.grantStart(starter);
    this.function = starter;
  }
}

function checkPath(prop: string, path: string, form: RegExp): void {
  if (!Token.isUnresolved(path) && form.test(path)) return;
  throw inputError(prop, 'must be a path of names such as \'$.detail.orderId\'', path);
}
