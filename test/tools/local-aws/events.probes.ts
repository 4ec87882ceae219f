/** What rules, asynchronous invocations, subscriptions and queue mappings need. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateArchiveCommand, DescribeArchiveCommand, DescribeEventBusCommand, DescribeReplayCommand, EventBridgeClient, PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { allow, arnOf, create, Family, fn, Json, outputsOf, read, ref, resource, role, soon, sub } from './support';
import { Engine } from '../../../tools/local-aws/engine';

const queue = (properties: Json = {}) => resource('AWS::SQS::Queue', properties);
const admit = (service: string, ids: string[], ...further: Json[]) => resource('AWS::SQS::QueuePolicy', {
  Queues: ids.map(ref),
  PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: '*' }, ...further] },
});
const noPlainHttp = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const gone = (service: string, name: string) => sub(`arn:aws:${service}:\${AWS::Region}:\${AWS::AccountId}:${name}`);
const rule = (source: string, targets: Json[], dead = 'Dead') => resource('AWS::Events::Rule', {
  EventBusName: ref('Bus'),
  EventPattern: { source: [source] },
  Targets: targets.map((target, i) => ({ Id: `${i}`, DeadLetterConfig: { Arn: arnOf(dead) }, ...target })),
});
const machine = resource('AWS::StepFunctions::StateMachine', {
  RoleArn: arnOf('Role'), DefinitionString: JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } }),
});
const asynchronous = (FunctionName: unknown, Qualifier: string, retries: number) => resource('AWS::Lambda::EventInvokeConfig', {
  FunctionName, Qualifier, MaximumRetryAttempts: retries, DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
});
const mapping = (queueId: string, fnId: string, further: Json = {}) => resource('AWS::Lambda::EventSourceMapping', { EventSourceArn: arnOf(queueId), FunctionName: ref(fnId), ...further });
const subscription = (Endpoint: unknown, dead: string) => resource('AWS::SNS::Subscription', {
  TopicArn: ref('Topic'), Protocol: 'sqs', Endpoint, RedrivePolicy: { deadLetterTargetArn: arnOf(dead) },
});

const template = {
  Resources: {
    Role: role('lambda.amazonaws.com', allow('sqs:*')),
    Powerless: role('lambda.amazonaws.com', allow('logs:*')),
    Bus: resource('AWS::Events::EventBus', { Name: 'probes' }),
    Dead: queue(),
    Shut: queue(),
    Open: queue(),
    Fifo: queue({ FifoQueue: true, ContentBasedDeduplication: true }),
    Admission: admit('events.amazonaws.com', ['Dead', 'Open', 'Fifo'], noPlainHttp),
    Logged: resource('AWS::Logs::LogGroup'),
    Unlogged: resource('AWS::Logs::LogGroup'),
    LogAdmission: resource('AWS::Logs::ResourcePolicy', {
      PolicyName: 'probes',
      PolicyDocument: { 'Fn::Sub': JSON.stringify({ Statement: [{ ...allow('logs:*', '${Logged.Arn}'), Principal: { Service: 'events.amazonaws.com' } }] }) },
    }),
    Unrelated: role('states.amazonaws.com', allow('states:*')),
    Caller: role('events.amazonaws.com', allow(['states:StartExecution', 'events:PutEvents'], gone('states', 'stateMachine:other'))),
    Machine: machine,
    OtherMachine: machine,
    OtherBus: resource('AWS::Events::EventBus', { Name: 'other' }),
    Fn: fn('1'),
    Topic: resource('AWS::SNS::Topic'),
    ShutTopic: resource('AWS::SNS::Topic'),
    Refused: rule('refused', [
      { Arn: arnOf('Fn') }, { Arn: arnOf('Shut') }, { Arn: ref('ShutTopic') }, { Arn: gone('sqs', 'gone') }, { Arn: sub('${Fn.Arn}-gone') },
      { Arn: ref('Machine'), RoleArn: arnOf('Unrelated') }, { Arn: ref('OtherMachine'), RoleArn: arnOf('Caller') }, { Arn: arnOf('OtherBus'), RoleArn: arnOf('Caller') },
      { Arn: sub('arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Unlogged}') },
    ]),
    Lost: rule('refused', [{ Arn: arnOf('Fn') }], 'Shut'),
    Admitted: rule('admitted', [
      { Arn: arnOf('Open') }, { Arn: sub('arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Logged}') },
      { Arn: arnOf('Fifo'), InputPath: '$.detail', SqsParameters: { MessageGroupId: 'g' } },
    ]),

    Replayed: queue(),
    Spared: queue(),
    ReplayAdmission: admit('events.amazonaws.com', ['Replayed', 'Spared'], noPlainHttp),
    ToReplayed: rule('replayed', [{ Arn: arnOf('Replayed') }]),
    ToSpared: rule('replayed', [{ Arn: arnOf('Spared') }]),

    Failures: queue(),
    Failing: fn('event.no.such'),
    FailingToo: fn('event.no.such'),
    FailingMute: fn('event.no.such', 'Powerless'),
    Version: resource('AWS::Lambda::Version', { FunctionName: ref('Failing') }),
    Alias: resource('AWS::Lambda::Alias', { FunctionName: ref('Failing'), FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] }, Name: 'live' }),
    OfAlias: { ...asynchronous(ref('Failing'), 'live', 1), DependsOn: 'Alias' },
    OfFailingToo: asynchronous(ref('FailingToo'), '$LATEST', 0),
    OfFailingMute: asynchronous(ref('FailingMute'), '$LATEST', 0),
    AliasPermission: resource('AWS::Lambda::Permission', { FunctionName: ref('Alias'), Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', SourceArn: arnOf('ToAlias') }),
    ToAlias: rule('alias', [{ Arn: ref('Alias') }]),

    Filtered: queue(),
    Unread: queue(),
    FilteredMapping: mapping('Filtered', 'Failing', { Enabled: false, FilterCriteria: { Filters: [{ Pattern: '{"body":{"keep":[true]}}' }] } }),
    Mute: fn('1', 'Powerless'),
    UnreadMapping: mapping('Unread', 'Mute'),

    Versioned: resource('AWS::S3::Bucket', {
      BucketName: 'versioned', VersioningConfiguration: { Status: 'Enabled' }, NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    }),
    Announced: queue(),
    AnnouncedAdmission: admit('events.amazonaws.com', ['Announced']),
    ToAnnounced: resource('AWS::Events::Rule', { EventPattern: { source: ['aws.s3'] }, Targets: [{ Id: '0', Arn: arnOf('Announced') }] }),

    TopicDead: queue(),
    TopicLost: queue(),
    TopicOpen: queue(),
    TopicAdmission: admit('sns.amazonaws.com', ['TopicDead', 'TopicOpen'], noPlainHttp),
    ToShut: subscription(arnOf('Shut'), 'TopicDead'),
    ToGone: subscription(gone('sqs', 'gone'), 'TopicDead'),
    ToLost: subscription(arnOf('Unread'), 'TopicLost'),
    ToOpen: subscription(arnOf('TopicOpen'), 'TopicDead'),
  },
  Outputs: outputsOf({
    Dead: ref('Dead'),
    Shut: ref('Shut'),
    ShutArn: arnOf('Shut'),
    Open: ref('Open'),
    Fifo: ref('Fifo'),
    Fn: arnOf('Fn'),
    ShutTopic: ref('ShutTopic'),
    Machine: ref('Machine'),
    OtherMachine: ref('OtherMachine'),
    OtherBus: arnOf('OtherBus'),
    Refused: arnOf('Refused'),
    Logged: ref('Logged'),
    Unlogged: ref('Unlogged'),
    Bus: arnOf('Bus'),
    Replayed: ref('Replayed'),
    Spared: ref('Spared'),
    ToReplayed: arnOf('ToReplayed'),
    Failures: ref('Failures'),
    Alias: ref('Alias'),
    FailingToo: arnOf('FailingToo'),
    FailingMute: arnOf('FailingMute'),
    Filtered: ref('Filtered'),
    Unread: ref('Unread'),
    FilteredMapping: ref('FilteredMapping'),
    Topic: ref('Topic'),
    TopicDead: ref('TopicDead'),
    Announced: ref('Announced'),
    TopicLost: ref('TopicLost'),
    TopicOpen: ref('TopicOpen'),
  }),
};

const put = async (engine: Engine, Source: string, detail: Json = {}, bus = 'probes') =>
  new EventBridgeClient(engine.client).send(new PutEventsCommand({ Entries: [{ EventBusName: bus, Source, DetailType: 't', Detail: JSON.stringify(detail) }] }));

const messagesIn = async (engine: Engine, QueueUrl: string) => {
  const { Attributes = {} } = await new SQSClient(engine.client).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
};

/** A replay to one of two rules, of an archive that the API makes. */
async function isReplayedOnlyTo(engine: Engine, at: Record<string, string>): Promise<boolean> {
  const bridge = new EventBridgeClient(engine.client);
  const { ArchiveArn } = await bridge.send(new CreateArchiveCommand({ ArchiveName: 'all', EventSourceArn: at.Bus }));
  await put(engine, 'replayed');
  await bridge.send(new StartReplayCommand({
    ReplayName: 'again', EventSourceArn: ArchiveArn, EventStartTime: new Date(Date.now() - 60_000), EventEndTime: new Date(), Destination: { Arn: at.Bus, FilterArns: [at.ToReplayed] },
  }));
  await soon(async () => (await bridge.send(new DescribeReplayCommand({ ReplayName: 'again' }))).State === 'COMPLETED');
  return await messagesIn(engine, at.Replayed) === 2 && await messagesIn(engine, at.Spared) === 1;
}

async function maySend(engine: Engine, RoleArn: string, bus: string): Promise<boolean> {
  const { Credentials } = await new STSClient(engine.client).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken };
  return put({ ...engine, client: { ...engine.client, credentials } }, 's', {}, bus).then(({ FailedEntryCount }) => FailedEntryCount === 0, () => false);
}

export const events: Family = {
  template,
  probes: {
    event_delivery: async (engine, at) => {
      await put(engine, 'refused', { a: 1 });
      const letters = (await read(engine, at.Dead, 9)).map(({ Body, MessageAttributes = {} }) => ({
        ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])), event: JSON.parse(Body!),
      } as Record<string, any>));
      const codeOf = (arn: string) => letters.find(({ TARGET_ARN }) => TARGET_ARN.endsWith(arn))?.ERROR_CODE;
      await put(engine, 'admitted', { same: 1 });
      await put(engine, 'admitted', { same: 1 });
      const logs = new CloudWatchLogsClient(engine.client);
      const logged = async (logGroupName: string) => (await logs.send(new FilterLogEventsCommand({ logGroupName }))).events!.length;
      return [
        codeOf(at.Fn) === 'NO_PERMISSIONS',
        codeOf(at.ShutArn) === 'NO_PERMISSIONS',
        codeOf(at.ShutTopic) === 'NO_PERMISSIONS',
        codeOf(':gone') === 'NO_RESOURCE',
        codeOf(`${at.Fn}-gone`) === 'NO_RESOURCE',
        codeOf(at.Machine) === 'FAILED_TO_ASSUME_ROLE',
        codeOf(at.OtherMachine) === 'NO_PERMISSIONS',
        codeOf(at.OtherBus) === 'NO_PERMISSIONS',
        codeOf(`:${at.Unlogged}`) === 'NO_PERMISSIONS' && await logged(at.Unlogged) === 0,
        letters[0]?.RULE_ARN === at.Refused && !!letters[0].ERROR_MESSAGE && letters[0].event.detail.a === 1,
        letters.length === 9 && await messagesIn(engine, at.Shut) === 0,
        await logged(at.Logged) === 2,
        await messagesIn(engine, at.Open) === 2 && await messagesIn(engine, at.Fifo) === 1,
      ];
    },
    topic_policy: async (engine, at) => {
      await put(engine, 'refused');
      return [(await read(engine, at.Dead, 9)).some(({ MessageAttributes }) => MessageAttributes!.TARGET_ARN.StringValue === at.ShutTopic)];
    },
    async_invocation: async (engine, at) => {
      const lambda = new LambdaClient(engine.client);
      for (const FunctionName of [at.FailingMute, at.FailingToo, at.Alias]) await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"by":"call"}' }));
      await put(engine, 'alias', { by: 'rule' });
      const records = (await read(engine, at.Failures, 3)).map(({ Body }) => JSON.parse(Body!));
      const of = (arn: string, by: (payload: any) => boolean = () => true) =>
        records.find(({ requestContext, requestPayload }) => requestContext.functionArn === arn && by(requestPayload)) ?? { requestContext: {} };
      return [
        of(`${at.FailingToo}:$LATEST`).requestContext.approximateInvokeCount === 1,
        of(at.Alias, ({ by }) => by === 'call').requestContext.approximateInvokeCount === 2,
        of(at.Alias, ({ source }) => source === 'alias').requestContext.condition === 'RetriesExhausted',
        !records.some(({ requestContext }) => requestContext.functionArn.startsWith(at.FailingMute)),
      ];
    },
    queue_mapping: async (engine, at) => {
      const sqs = new SQSClient(engine.client);
      await sqs.send(new SendMessageBatchCommand({
        QueueUrl: at.Filtered,
        Entries: [true, false].map((keep) => ({ Id: `${keep}`, MessageBody: JSON.stringify({ keep }) })),
      }));
      await new LambdaClient(engine.client).send(new UpdateEventSourceMappingCommand({ UUID: at.FilteredMapping, Enabled: true }));
      await sqs.send(new SendMessageCommand({ QueueUrl: at.Unread, MessageBody: '{}' }));
      return [
        await soon(async () => await messagesIn(engine, at.Filtered) === 1),
        !await soon(async () => await messagesIn(engine, at.Unread) === 0, 1),
      ];
    },
    object_version: async (engine, at) => {
      const { VersionId } = await new S3Client({ ...engine.client, forcePathStyle: true }).send(new PutObjectCommand({ Bucket: 'versioned', Key: 'k', Body: 'x' }));
      const [announced] = await read(engine, at.Announced, 1);
      return [announced && JSON.parse(announced.Body!).detail.object['version-id'] === VersionId];
    },
    subscription_redrive: async (engine, at) => {
      await new SNSClient(engine.client).send(new PublishCommand({ TopicArn: at.Topic, Message: 'published' }));
      const letters = await read(engine, at.TopicDead, 2);
      return [letters.length >= 1, letters.length === 2, letters.length === 2 && await messagesIn(engine, at.TopicLost) === 0];
    },
    secure_transport: async (engine, at) => {
      const send = new SQSClient(engine.client).send(new SendMessageCommand({ QueueUrl: at.TopicOpen, MessageBody: 'sent' }));
      await new SNSClient(engine.client).send(new PublishCommand({ TopicArn: at.Topic, Message: 'over http' }));
      return [await send.then(() => true, () => false), (await read(engine, at.TopicOpen, 2).catch(() => [])).some(({ Body }) => Body!.includes('over http'))];
    },
    event_archive: async (engine, at) => {
      const bridge = new EventBridgeClient(engine.client);
      const made = await create(engine, 'Archive', {
        Resources: {
          Bus: resource('AWS::Events::EventBus', { Name: 'archived' }),
          Archive: resource('AWS::Events::Archive', { ArchiveName: 'kept', SourceArn: arnOf('Bus'), EventPattern: { source: ['kept'] }, RetentionDays: 3 }),
        },
        Outputs: outputsOf({ Archive: arnOf('Archive') }),
      });
      await put(engine, 'kept', {}, 'archived').catch(() => {});
      const archive = made && await bridge.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));
      return [archive?.EventCount === 1 && archive.RetentionDays === 3, await isReplayedOnlyTo(engine, at)];
    },
    event_bus: async (engine) => {
      const bridge = new EventBridgeClient(engine.client);
      const settings = { KmsKeyIdentifier: 'arn:aws:kms:us-east-1:111122223333:key/1', DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:111122223333:dead' } };
      await create(engine, 'Bus', { Resources: { Bus: resource('AWS::Events::EventBus', { Name: 'kept', ...settings }) } });
      const bus = await bridge.send(new DescribeEventBusCommand({ Name: 'kept' }));
      const made = await create(engine, 'BusPolicy', {
        Resources: {
          Sender: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] } }),
          Bus: resource('AWS::Events::EventBus', { Name: 'policed' }),
          Policy: resource('AWS::Events::EventBusPolicy', {
            EventBusName: ref('Bus'), StatementId: 'sender', Statement: { ...allow('events:PutEvents', arnOf('Bus')), Sid: 'sender', Principal: { AWS: arnOf('Sender') } },
          }),
        },
        Outputs: outputsOf({ Sender: arnOf('Sender') }),
      });
      return [
        bus.KmsKeyIdentifier === settings.KmsKeyIdentifier && bus.DeadLetterConfig?.Arn === settings.DeadLetterConfig.Arn,
        made && await maySend(engine, made.Sender, 'policed'),
      ];
    },
    event_conditions: async (engine) => {
      const Condition = { 'ForAllValues:StringEquals': { 'events:source': 's', 'events:detail-type': 't' }, 'Null': { 'events:source': 'false', 'events:detail-type': 'false' } };
      const made = await create(engine, 'Conditions', {
        Resources: {
          Bus: resource('AWS::Events::EventBus', { Name: 'conditioned' }),
          Sender: resource('AWS::IAM::Role', {
            AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] },
            Policies: [{ PolicyName: 'it', PolicyDocument: { Statement: [{ ...allow('events:PutEvents', arnOf('Bus')), Condition }] } }],
          }),
        },
        Outputs: outputsOf({ Sender: arnOf('Sender') }),
      });
      return [await maySend(engine, made!.Sender, 'conditioned')];
    },
  },
};
