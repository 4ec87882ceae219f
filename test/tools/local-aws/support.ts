/** What the probes share: stacks in CloudFormation's own words, and queues to look into. */
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Engine } from '../../../tools/local-aws/engine';

export type Json = Record<string, unknown>;
/** A stack, and for each mend the gaps that it closes, one by one. */
export interface Family {
  readonly template: Json;
  readonly probes: Record<string, (engine: Engine, outputs: Record<string, string>) => Promise<unknown[]>>;
}

export const sub = (text: string) => ({ 'Fn::Sub': text });
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const ref = (id: string) => ({ Ref: id });
export const resource = (Type: string, Properties: Json = {}) => ({ Type, Properties });
export const allow = (Action: string | string[], Resource: unknown = '*') => ({ Effect: 'Allow', Action, Resource });
export const role = (service: string, ...statements: Json[]) => resource('AWS::IAM::Role', {
  AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] },
  Policies: [{ PolicyName: 'it', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
});
export const fn = (code: string, roleId = 'Role') => resource('AWS::Lambda::Function', {
  Runtime: 'nodejs22.x', Handler: 'index.handler', Role: arnOf(roleId), Code: { ZipFile: `exports.handler = async (event) => (${code});` },
});
export const outputsOf = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).map(([id, Value]) => [id, { Value }]));

/** The outputs of a stack that the engine made, or nothing if it refused. */
export async function create(engine: Engine, StackName: string, template: Json): Promise<Record<string, string> | undefined> {
  const client = new CloudFormationClient(engine.client);
  try {
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] }));
  } catch (error) {
    if (/Unrecognized resource types/.test(`${error}`)) return undefined;
    throw error;
  }
  await waitUntilStackCreateComplete({ client, maxWaitTime: 30, minDelay: 0.2, maxDelay: 0.2 }, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries((Stacks![0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
}

export const soon = async (isSo: () => Promise<unknown>, seconds = 3) => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await isSo()) return true;
    await new Promise((next) => setTimeout(next, 50));
  }
  return false;
};

/** Reads a queue until it had that many messages; gives those that there are in time. */
export async function read(engine: Engine, QueueUrl: string, count: number, seconds?: number): Promise<Message[]> {
  const sqs = new SQSClient(engine.client);
  const found: Message[] = [];
  await soon(async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }));
    return found.push(...Messages) >= count;
  }, seconds);
  return found;
}
