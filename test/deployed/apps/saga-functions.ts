/** Functions that do what the input of their saga plans, attempt by attempt. */
import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Holds, by execution, the calls in their order, and what else the functions write. */
export function plannedTable(scope: Construct): dynamodb.TableV2 {
  return new dynamodb.TableV2(scope, 'Table', {
    partitionKey: { name: 'execution', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
}

/** A plan is `{ 'action Book': [{ effect: true, error: 'TypeError' }, ...], 'compensation Book': ... }`; its last attempt holds for ever. */
const HANDLER = `
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, DeleteCommand, GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } = require('@aws-sdk/lib-dynamodb');
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE;

exports.handler = async (event) => {
  const { step, execution, input, actionKey } = event;
  const call = { state: actionKey ? 'Undo ' + step : step, event: JSON.stringify(event) };
  const { Attributes: { calls } } = await table.send(new UpdateCommand({
    TableName, Key: { execution, id: 'calls' }, ReturnValues: 'ALL_NEW',
    UpdateExpression: 'SET calls = list_append(if_not_exists(calls, :none), :call)', ExpressionAttributeValues: { ':none': [], ':call': [call] },
  }));
  const nth = calls.filter(({ state }) => state === call.state).length;
  const attempts = input.plan[(actionKey ? 'compensation ' : 'action ') + step] ?? [{ effect: true }];
  const { effect, error } = attempts[Math.min(nth, attempts.length) - 1];
  if (effect) await act(event);
  if (error === 'Runtime.ExitError') process.exit(1);
  if (error === 'Sandbox.Timedout') await new Promise((done) => setTimeout(done, 60_000));
  if (error) throw Object.assign(new Error('as planned'), { name: error });
  return { of: step };
};
`;

/** Makes functions whose effect is `act`, the code of a function in JavaScript. */
export function plannedFunctions(scope: Construct, table: dynamodb.TableV2, timeout: Duration, act: string): (id: string) => lambda.Function {
  return (id) => {
    const fn = new lambda.Function(scope, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(`${HANDLER}const act = ${act};`),
      timeout,
      environment: { TABLE: table.tableName },
    });
    table.grants.actions(fn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
    return fn;
  };
}
