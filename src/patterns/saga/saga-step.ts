import { Duration, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Planned } from './plan';
import { SagaRetry } from './saga-retry';
import { ISagaTask, SagaTask } from './saga-task';
import { inputError } from '../../foundation/input-error';

/**
 * Options of a step's action.
 */
export interface SagaActionOptions {
  /**
   * After which time an attempt counts as failed, in whole seconds: longer than the function's own timeout, or a retry would overlap a run that still goes.
   *
   * @default - the function's timeout and 10 seconds (of an imported one, Lambda's greatest timeout and 10 seconds); 1 minute for other tasks, but to be given for
   * one that waits for a job or a token
   */
  readonly timeout?: Duration;

  /**
   * How the action is tried again when it is throttled, timed out or died.
   *
   * @default - see `SagaRetry`
   */
  readonly retry?: SagaRetry;

  /**
   * Names of errors by which the action promises that no attempt with this idempotency key had an effect, such as `CardDeclined`. They are not tried again, and the
   * step itself is not compensated.
   *
   * A name is compared as Lambda reports it: `error.name` in JavaScript (which a subclass has to set), the class in Python, the class with its package in Java.
   *
   * @default - none: after any error the step is compensated too
   */
  readonly finalErrors?: string[];

  /**
   * Whether nothing is kept of the action's result: for results that later steps and the compensation do not need.
   *
   * @default false
   */
  readonly discardResult?: boolean;
}

/**
 * Options of a step with its compensation.
 */
export interface SagaStepOptions extends SagaActionOptions {
  /**
   * After which time an attempt of the compensation counts as failed.
   *
   * @default - as for the action
   */
  readonly compensationTimeout?: Duration;

  /**
   * How the compensation is tried again, whatever the error.
   *
   * @default - see `SagaRetry`
   */
  readonly compensationRetry?: SagaRetry;

  /**
   * Names of errors by which the compensation says that there is nothing to undo, for tasks that cannot say it otherwise, such as a write to DynamoDB under a
   * condition. The step then counts as undone.
   *
   * @default - none
   */
  readonly nothingToUndo?: string[];
}

/**
 * A step of a saga: what it does, and what undoes it.
 *
 * The name of a step is the name of its state: letters, digits and underscores, at first a letter, at most 60, and no other step of the saga has it.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { SagaStep, SagaTask } from 'cdk-serverless-patterns';
 *
 * declare const book: lambda.Function;
 * declare const cancel: lambda.Function;
 * declare const check: lambda.Function;
 *
 * SagaStep.invoke('BookFlight', book, cancel, { finalErrors: ['SoldOut'] });
 * SagaStep.readOnly('CheckPassport', SagaTask.invoke(check), 'it only looks');
 */
export class SagaStep {
  /**
   * A function, and one that undoes what it did.
   *
   * The compensation is called also when the outcome of the action is unknown, and has to tolerate that there is nothing to undo.
   *
   * @param name of the step
   * @param action does it
   * @param compensation undoes it
   */
  public static invoke(name: string, action: lambda.IFunction, compensation: lambda.IFunction, options: SagaStepOptions = {}): SagaStep {
    return SagaStep.of(name, SagaTask.invoke(aFunction('action', action)), SagaTask.invoke(aFunction('compensation', compensation)), options);
  }

  /**
   * Any two tasks of Step Functions.
   *
   * @param name of the step
   * @param action does it
   * @param compensation undoes it
   */
  public static of(name: string, action: ISagaTask, compensation: ISagaTask, options: SagaStepOptions = {}): SagaStep {
    return new SagaStep([{ name: checked(name), action: aTask('action', action), compensation: aTask('compensation', compensation), options }]);
  }

  /**
   * The last step of all: nothing comes after it that could fail. When its outcome is unknown it is parked for a person, and the others are undone.
   *
   * @param name of the step
   * @param action does it
   * @param reason why nothing can undo it: the comment of the state
   */
  public static withoutCompensation(name: string, action: ISagaTask, reason: string, options: SagaActionOptions = {}): SagaStep {
    if (!reason.trim()) throw inputError('reason', 'must say why there is no compensation', reason);
    return new SagaStep([{ name: checked(name), action: aTask('action', action), reason, isPivot: true, options }]);
  }

  /**
   * A step without an effect, so without anything to undo.
   *
   * @param name of the step
   * @param action looks something up, or computes
   * @param reason why it has no effect: the comment of the state
   */
  public static readOnly(name: string, action: ISagaTask, reason: string, options: SagaActionOptions = {}): SagaStep {
    if (!reason.trim()) throw inputError('reason', 'must say why there is nothing to undo', reason);
    return new SagaStep([{ name: checked(name), action: aTask('action', action), reason, options }]);
  }

  /**
   * Steps side by side. When one fails, the others run to their end, and then all are undone side by side.
   *
   * @param name of the group
   * @param branches 2 to 10; a branch of several steps is a `sequence`
   */
  public static parallel(name: string, ...branches: SagaStep[]): SagaStep {
    if (branches.length < 2 || branches.length > 10) throw inputError('branches', 'must be 2 to 10', branches.length);
    return new SagaStep([{ name: checked(name), branches: branches.map(({ _plan }) => _plan) }]);
  }

  /**
   * Steps one after the other, as a branch of a group.
   */
  public static sequence(...steps: SagaStep[]): SagaStep {
    if (steps.length === 0) throw inputError('steps', 'must be at least one', steps.length);
    return new SagaStep(steps.flatMap(({ _plan }) => _plan));
  }

  private constructor(
    /** @internal */ public readonly _plan: Planned[],
  ) {}
}

/** Paths of the machine hold it, and the states that undo and park the step put a word before it. */
function checked(name: string): string {
  if (!Token.isUnresolved(name) && /^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(name)) return name;
  throw inputError('name', 'must be letters, digits and underscores, at first a letter, at most 60', name);
}

/** Languages without checks of types let a task stand for a function, a function for a task, and nothing for both. */
function aFunction(prop: string, given: lambda.IFunction): lambda.IFunction {
  if (has(given, 'functionArn')) return given;
  throw inputError(prop, 'must be a function (SagaStep.of takes tasks)', given);
}

function aTask(prop: string, given: ISagaTask): ISagaTask {
  if (has(given, 'bind')) return given;
  throw inputError(prop, 'must be a task (SagaTask.invoke makes one of a function)', given);
}

function has(given: unknown, member: string): boolean {
  return typeof given === 'object' && given !== null && member in given;
}
