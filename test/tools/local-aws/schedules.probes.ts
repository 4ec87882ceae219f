/** What schedules, and those who clean up tables, need. */
import { BatchExecuteStatementCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { allow, arnOf, Family, Json, outputsOf, read, ref, resource, role, sub } from './support';
import { Engine } from '../../../tools/local-aws/engine';

const queue = () => resource('AWS::SQS::Queue');
const table = () => resource('AWS::DynamoDB::Table', {
  BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
});
/** Its time is past, so the engine fires it at once. */
const schedule = (roleId: string, target: unknown, further: Json = {}) => resource('AWS::Scheduler::Schedule', {
  ScheduleExpression: 'at(2026-01-01T00:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: target, RoleArn: arnOf(roleId), Input: '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>"}', DeadLetterConfig: { Arn: arnOf('Dead') } },
  ...further,
});
/** Scheduler takes it on for one group only. */
const sender = role('scheduler.amazonaws.com', allow('states:*'), allow('sqs:SendMessage', [arnOf('Fired'), arnOf('Dead')]));
const ofOtherGroup = { StringEquals: { 'aws:SourceArn': sub('arn:aws:scheduler:${AWS::Region}:${AWS::AccountId}:schedule-group/other') } };
const grouped = {
  ...sender.Properties as Json,
  AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' }, Condition: ofOtherGroup }] },
};

const template = {
  Resources: {
    Fired: queue(),
    Dead: queue(),
    Other: queue(),
    Sender: sender,
    Grouped: resource('AWS::IAM::Role', grouped),
    Fine: schedule('Sender', arnOf('Fired')),
    Forbidden: schedule('Sender', arnOf('Other')),
    Unassumed: schedule('Grouped', arnOf('Fired')),
    Gone: schedule('Sender', sub('arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:gone')),
    Table: table(),
    OtherTable: table(),
    Cleaner: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] },
      Policies: [{ PolicyName: 'it', PolicyDocument: { Version: '2012-10-17', Statement: [allow('dynamodb:PartiQLDelete', arnOf('Table'))] } }],
    }),
  },
  Outputs: outputsOf({ ...Object.fromEntries(['Fired', 'Dead', 'Table', 'OtherTable'].map((id) => [id, ref(id)])), Cleaner: arnOf('Cleaner') }),
};

/** The error of statements of somebody who is let in by a role. */
async function execute(engine: Engine, RoleArn: string, ...statements: string[]): Promise<string> {
  const { Credentials } = await new STSClient(engine.client).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'probe' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
  const batch = new BatchExecuteStatementCommand({ Statements: statements.map((Statement) => ({ Statement, Parameters: [{ S: '1' }] })) });
  return new DynamoDBClient({ ...engine.client, credentials }).send(batch).then(() => 'none', (error: Error) => error.name);
}

export const schedules: Family = {
  template,
  probes: {
    schedule_delivery: async (engine, at) => {
      const [[fired], dead] = await Promise.all([read(engine, at.Fired, 1, 15), read(engine, at.Dead, 3, 15)]);
      const { at: time, by } = JSON.parse(fired?.Body ?? '{}');
      const codes = dead.map(({ MessageAttributes }) => MessageAttributes?.ERROR_CODE?.StringValue);
      return [
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time),
        /:schedule\/default\/[\w-]*Fine/.test(by),
        codes.filter((code) => code === 'AccessDeniedException').length === 2,
        codes.includes('StateMachineDoesNotExist'),
      ];
    },
    partiql_access: async (engine, at) => {
      const remove = (name: string) => `DELETE FROM "${name}" WHERE "pk" = ?`;
      return [
        await execute(engine, at.Cleaner, remove(at.Table)) === 'none'
        && await execute(engine, at.Cleaner, remove(at.Table), remove(at.OtherTable)) === 'AccessDeniedException'
        && await execute(engine, at.Cleaner, `SELECT * FROM "${at.Table}" WHERE "pk" = ?`) === 'AccessDeniedException',
      ];
    },
  },
};
