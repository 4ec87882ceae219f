/** What a synthesized template guarantees to events and messages, read from the template itself. */

export interface Template { readonly Resources: Record<string, { readonly Type: string; readonly Properties?: any }> }

export const TWO_WEEKS = 14 * 24 * 60 * 60;

/** Whether a property refers to a resource. */
export const refersTo = (value: unknown, { id }: { id: string }) => JSON.stringify(value ?? null).includes(`"${id}"`);

/** The resources of a type, each with its logical id. */
export function resourcesOf({ Resources }: Template, type: string): any[] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type).map(([id, { Properties }]) => ({ id, ...Properties }));
}

/** The resources that it is about. */
export function partsOf(template: Template) {
  const all = (type: string) => resourcesOf(template, type);
  const queues = all('AWS::SQS::Queue');
  const mappings = all('AWS::Lambda::EventSourceMapping');
  const targets: any[] = all('AWS::Events::Rule').flatMap(({ Targets }) => Targets);
  const toDeadLetters = [...queues.map(({ RedrivePolicy }) => RedrivePolicy), ...targets.map(({ DeadLetterConfig }) => DeadLetterConfig)];
  const policies = all('AWS::SQS::QueuePolicy');
  return {
    queues,
    mappings,
    targets,
    functions: all('AWS::Lambda::Function'),
    asyncSettings: all('AWS::Lambda::EventInvokeConfig'),
    permissions: all('AWS::Lambda::Permission'),
    alarms: all('AWS::CloudWatch::Alarm'),
    deadLetters: queues.filter((queue) => toDeadLetters.some((value) => refersTo(value, queue))),
    mappingsOf: (fn: any) => mappings.filter(({ FunctionName }) => refersTo(FunctionName, fn)),
    sourcesOf: ({ EventSourceArn }: any) => queues.filter((queue) => refersTo(EventSourceArn, queue)),
    statementsOf: (queue: any): any[] => policies
      .filter(({ Queues }) => refersTo(Queues, queue))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  };
}

export type Parts = ReturnType<typeof partsOf>;

/** Whether it holds for all; nothing where there is none. */
export const every = (parts: any[], holds: (part: any) => boolean) => parts.length > 0 ? parts.every(holds) : undefined;

/** What is said of a template, and whether it holds; nothing where there is no such thing. */
export type Guarantees<Of> = Record<string, (parts: Of) => boolean | undefined>;

/** Of queues and what sends to them. */
export const QUEUES: Guarantees<Parts> = {
  'queues are reached over TLS only': (parts) => every(parts.queues, (queue) => parts.statementsOf(queue).some(({ Effect, Condition }) =>
    Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false')),

  'services can be let in: no AWS-managed key': ({ queues }) => every(queues, ({ KmsMasterKeyId }) => KmsMasterKeyId !== 'alias/aws/sqs'),

  'EventBridge is let in for the one rule only': (parts) => every([
    ...parts.permissions.map(({ SourceArn }) => SourceArn),
    ...parts.queues.flatMap((queue) => parts.statementsOf(queue))
      .filter(({ Effect, Principal }) => Effect === 'Allow' && Principal?.Service)
      .map(({ Condition }) => (Condition?.ArnEquals ?? Condition?.ArnLike)?.['aws:SourceArn']),
  ], (source) => Boolean(source)),
};

export const CONSUMERS: Guarantees<Parts> = {
  'what EventBridge cannot hand over is kept in dead letters': ({ targets }) => every(targets, ({ DeadLetterConfig }) => Boolean(DeadLetterConfig)),

  'EventBridge\'s retries are written out, though as its defaults': ({ targets }) => every(targets, ({ RetryPolicy }) => Boolean(RetryPolicy)),

  'what the function fails at is kept in dead letters': (parts) => every(parts.functions, (fn) => {
    const sources = parts.mappingsOf(fn).flatMap(parts.sourcesOf);
    const onFailure = parts.asyncSettings.some(({ FunctionName, DestinationConfig }) => refersTo(FunctionName, fn) && DestinationConfig?.OnFailure);
    return sources.length > 0 ? sources.every(({ RedrivePolicy }) => RedrivePolicy) : Boolean(fn.DeadLetterConfig) || onFailure;
  }),

  'dead letters are kept for 14 days': ({ deadLetters }) => every(deadLetters, ({ MessageRetentionPeriod }) => MessageRetentionPeriod === TWO_WEEKS) ?? false,

  'dead letters raise an alarm, which has a description': ({ deadLetters, alarms }) => every(deadLetters, (queue) => alarms.some((alarm) =>
    refersTo(alarm.Dimensions, queue) && alarm.TreatMissingData === 'notBreaching' && alarm.AlarmDescription)) ?? false,

  'of a batch, only what failed comes back': ({ mappings }) => every(mappings, ({ FunctionResponseTypes = [] }) =>
    FunctionResponseTypes.includes('ReportBatchItemFailures')),

  'the function\'s concurrency is bounded': (parts) => every(parts.functions, (fn) => {
    const mappings = parts.mappingsOf(fn);
    const bounded = mappings.length > 0 && mappings.every(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency);
    return bounded || fn.ReservedConcurrentExecutions !== undefined;
  }),

  'a message is hidden for 6 × the function\'s timeout': (parts) => every(parts.functions.filter((fn) => parts.mappingsOf(fn).length > 0), (fn) =>
    parts.mappingsOf(fn).flatMap(parts.sourcesOf).every(({ VisibilityTimeout = 30 }) => VisibilityTimeout >= 6 * (fn.Timeout ?? 3))),

  ...QUEUES,
};

/** The verdict of each guarantee that says something about one of the templates; false where it is not given. */
export function verdicts<Of>(guarantees: Guarantees<Of>, parts: Of[]): [guarantee: string, holds: (boolean | undefined)[]][] {
  return Object.entries(guarantees)
    .map(([guarantee, holds]): [string, (boolean | undefined)[]] => [guarantee, parts.map(holds)])
    .filter(([, given]) => given.some((verdict) => verdict !== undefined));
}
