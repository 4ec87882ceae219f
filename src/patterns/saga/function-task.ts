import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ISagaTask, SagaTaskContext } from './saga-task';
import { checkPlace } from '../../foundation/environment';

/** A function as what a step runs. */
export class FunctionTask implements ISagaTask {
  constructor(public readonly handler: lambda.IFunction) {}

  public bind(scope: Construct, { payload }: SagaTaskContext): sfn.TaskStateBase {
    checkPlace(scope, 'handler', this.handler);
    return new FunctionInvocation(scope, this.handler, payload);
  }
}

/** The CDK's own would be allowed to call all versions and aliases of the function. */
class FunctionInvocation extends sfn.TaskStateBase {
  protected readonly taskMetrics = undefined;
  protected readonly taskPolicies: iam.PolicyStatement[];

  constructor(scope: Construct, private readonly handler: lambda.IFunction, private readonly payload: sfn.TaskInput) {
    super(scope, 'Task', {});
    this.taskPolicies = [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] })];
  }

  /** @internal */
  protected _renderTask(): object {
    return {
      Resource: `arn:${Stack.of(this).partition}:states:::lambda:invoke`,
      Parameters: sfn.FieldUtils.renderObject({ FunctionName: this.handler.functionArn, Payload: this.payload.value }),
    };
  }
}
