import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EXECUTION, FORCED, SCHEDULED_MILLIS, STATE_LIMITS } from './run-state';
import { State } from '../machine-state';
import { longestTask } from '../retrier';

const KEY = { id: { S: 'lease' } };
const REFUSED = 'DynamoDB.ConditionalCheckFailedException';
/** Later than any run: what is forced may repeat an earlier time. */
const LATEST = '9000000000000';

/**
 * The one item that keeps runs apart, as the states of a machine take it and give it back. DynamoDB decides between two that come at once, and a time that was run
 * before is not run again: Scheduler delivers at least once.
 */
export class Lease {
  private readonly table: dynamodb.Table;
  private readonly millis: number;

  /** For work that takes so many seconds at most. */
  constructor(scope: Construct, workSeconds: number, encryptionKey?: kms.IKey) {
    this.millis = (workSeconds + longestTask(STATE_LIMITS.TimeoutSeconds, STATE_LIMITS.Retry)) * 1000; // taking it may take as long
    this.table = new dynamodb.Table(scope, 'Lease', { // TableV2 has no key in a stack without region
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY, // it holds nothing but who runs
    });
  }

  /** Lets the role of the machine take and give back, and no more. */
  public grant(role: iam.Role): void {
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'], resources: [this.table.tableArn] }));
    this.table.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  /** Takes the lease, or has it for longer; `refused` when another run has it, or this time was run. */
  public claim(assign: Record<string, string>, ways: { next: string; refused: string; failed: State }): State {
    return {
      ...this.task('updateItem', {
        UpdateExpression: `{% 'SET holder = :me, heldUntil = :until, lastRun = ' & (${FORCED} ? 'if_not_exists(lastRun, :run)' : ':run') %}`,
        ConditionExpression: 'holder = :me OR ((attribute_not_exists(lastRun) OR lastRun < :after) AND (attribute_not_exists(holder) OR heldUntil < :now))',
        ExpressionAttributeValues: {
          ':me': { S: `{% ${EXECUTION} %}` },
          ':run': { N: `{% $string(${SCHEDULED_MILLIS}) %}` },
          ':after': { N: `{% ${FORCED} ? '${LATEST}' : $string(${SCHEDULED_MILLIS}) %}` },
          ':now': { N: '{% $string($millis()) %}' },
          ':until': { N: `{% $string($millis() + ${this.millis}) %}` },
        },
      }),
      ...Object.keys(assign).length > 0 && { Assign: assign },
      Retry: [{ ErrorEquals: [REFUSED], MaxAttempts: 0 }, ...STATE_LIMITS.Retry],
      Catch: [{ ErrorEquals: [REFUSED], Next: ways.refused }, { ErrorEquals: ['States.ALL'], ...ways.failed }],
      Next: ways.next,
    };
  }

  /** Says why it was refused. */
  public explain(next: string): State {
    const why = `$number($states.result.Item.lastRun.N) >= ${SCHEDULED_MILLIS} and $not(${FORCED})`
      + " ? 'this time, or a later one, was run before' : 'another run is on its way'";
    return {
      ...this.task('getItem', { ConsistentRead: true }),
      Output: { skipped: `{% ${why} %}` },
      Catch: [{ ErrorEquals: ['States.ALL'], Output: { skipped: 'another run has the lease' }, Next: next }],
      Next: next,
    };
  }

  /** Gives it back. A lease that cannot be given back runs out. */
  public release(next: string): State {
    return {
      ...this.task('updateItem', {
        UpdateExpression: 'REMOVE holder, heldUntil',
        ConditionExpression: 'holder = :me',
        ExpressionAttributeValues: { ':me': { S: `{% ${EXECUTION} %}` } },
      }),
      Retry: [{ ErrorEquals: [REFUSED], MaxAttempts: 0 }, ...STATE_LIMITS.Retry],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: next }],
      Next: next,
    };
  }

  private task(action: string, parameters: State): State {
    return {
      Type: 'Task',
      Resource: `arn:${Stack.of(this.table).partition}:states:::dynamodb:${action}`,
      Arguments: { TableName: this.table.tableName, Key: KEY, ...parameters },
      ...STATE_LIMITS,
    };
  }
}
