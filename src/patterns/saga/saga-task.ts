import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FunctionTask } from './function-task';

/**
 * What a step tells the task that runs it.
 */
export interface SagaTaskContext {
  /**
   * Name of the step.
   */
  readonly stepName: string;

  /**
   * What a function gets, for tasks that take it as payload, message or input: `step`, `execution`, `idempotencyKey`, `input`, `results`; for a
   * compensation also `actionKey` and `error`.
   */
  readonly payload: sfn.TaskInput;

  /**
   * A key that is the same in every retry and that no other action or compensation has, as a JSONPath expression: 64 hexadecimal digits.
   */
  readonly idempotencyKey: string;

  /**
   * The idempotency key of the action that is to be undone, as a JSONPath expression.
   *
   * @default - none: this is the action
   */
  readonly actionKey?: string;

  /**
   * After which time the task counts as failed. The saga sets it.
   */
  readonly timeout: Duration;
}

/**
 * Something that a step runs, or that undoes it. Implement it for any task of Step Functions that is not a function.
 *
 * Paths of yours are evaluated on AWS: one that leads nowhere (`States.Runtime`) cannot be caught, and the execution then ends without compensation, in
 * `uncaughtExecutions`. The saga's input is at `$$.Execution.Input`.
 *
 * @example
 * import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
 * import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
 * import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
 * import { Construct } from 'constructs';
 * import { ISagaTask, SagaTaskContext } from 'cdk-serverless-patterns';
 *
 * class BookSeat implements ISagaTask {
 *   constructor(private readonly seats: dynamodb.ITable) {}
 *
 *   public bind(scope: Construct, context: SagaTaskContext): sfn.TaskStateBase {
 *     return new tasks.DynamoPutItem(scope, 'Task', {
 *       table: this.seats,
 *       item: {
 *         seat: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt('$$.Execution.Input.seat')),
 *         key: tasks.DynamoAttributeValue.fromString(context.idempotencyKey),
 *       },
 *       conditionExpression: 'attribute_not_exists(seat) OR #key = :key', // a retry finds its own booking
 *       expressionAttributeNames: { '#key': 'key' },
 *       expressionAttributeValues: { ':key': tasks.DynamoAttributeValue.fromString(context.idempotencyKey) },
 *     });
 *   }
 * }
 */
export interface ISagaTask {
  /**
   * Makes the task, in JSONPath, without retries, catches, timeout and paths for input and result: those are the saga's.
   *
   * @param scope construct for what is made
   */
  bind(scope: Construct, context: SagaTaskContext): sfn.TaskStateBase;
}

/**
 * What a step runs.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { SagaStep, SagaTask } from 'cdk-serverless-patterns';
 *
 * declare const ship: lambda.Function;
 * SagaStep.withoutCompensation('ShipOrder', SagaTask.invoke(ship), 'what is on its way does not come back');
 */
export class SagaTask {
  /**
   * A function, called by Step Functions and waited for. An alias or version is called as such.
   */
  public static invoke(handler: lambda.IFunction): ISagaTask {
    return new FunctionTask(handler);
  }

  private constructor() {}
}
