import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { CfnElement, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deliveriesOf, Delivery } from './deliveries';
import { ACCOUNT, lastOf, Resource, resolvedResources } from './resolved-template';

interface Attempt {
  readonly action: string;
  readonly resource: string;
  /** Over TLS, as AWS itself always calls. */
  readonly secure?: boolean;
  readonly context?: Record<string, string | string[]>;
}

/** What a service does on its own; the account is by default that of the source. */
export interface ServiceRequest extends Attempt { readonly service: string; readonly sourceArn?: string; readonly sourceAccount?: string }
/** The role by its ARN or logical id. */
export interface RoleRequest extends Attempt { readonly role: string }
export type Request = ServiceRequest | RoleRequest;

/** A message that AWS hands on by itself, and all that this needs. */
export interface HandOver { readonly what: string; readonly checks: Request[] }

/** Types of policies of which a resource has only one. */
const SINGLE = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'];
const SEND_KEY = ['kms:GenerateDataKey', 'kms:Decrypt'];
const STRANGER = '999999999999';
const serviceOf = (arn: string) => arn.split(':')[2];
const regionOf = (arn: string) => arn.split(':')[3];
const accountOf = (arn?: string) => arn?.split(':')[4] || ACCOUNT;
const allow = (statement: object) => ({ Statement: [{ Effect: 'Allow', Principal: '*', ...statement }] });

/** Says, by a simulator of IAM, who may do what once the stacks are deployed. */
export function permissionsOf(stacks: Stack | Stack[]): Permissions {
  return new Permissions(resolvedResources([stacks].flat()));
}

export class Permissions {
  private readonly resourcePolicies: Record<string, any[]> = {};
  private readonly identityPolicies: Record<string, any[]> = {};

  constructor(public readonly resources: Resource[]) {
    for (const resource of resources) {
      for (const [owner, document] of resourcePolicies(resource, resources)) {
        const statements = this.resourcePolicies[owner] ??= [];
        if (SINGLE.includes(resource.type) && statements.length > 0) throw new Error(`${resource.id} overwrites another policy of ${owner}`);
        statements.push(...[document.Statement].flat());
      }
      for (const [role, document] of identityPolicies(resource, resources)) (this.identityPolicies[role] ??= []).push(document);
    }
  }

  /** The ARN of the resource behind a construct. */
  public arnOf(construct: Construct): string {
    const stack = Stack.of(construct);
    const id = stack.resolve(((construct.node.defaultChild ?? construct) as CfnElement).logicalId);
    const found = this.resources.find((resource) => resource.stack === stack && resource.id === id);
    if (!found) throw new Error(`${construct.node.path} has no resource in these stacks`);
    return found.arn;
  }

  public allows(request: Request): boolean {
    const { action, resource, secure = true, context } = request;
    const principal = 'service' in request ? request.service : this.roleArn(request.role);
    const identities = 'service' in request ? [] : this.identityPolicies[lastOf(principal)] ?? [];
    const sender = 'service' in request ? contextOf(request) : { 'aws:PrincipalArn': principal, 'aws:PrincipalIsAWSService': 'false' };
    const contextVariables = { 'aws:SecureTransport': String(secure), ...sender, ...context };
    const policyDocument = this.policyOf(resource);
    return runUnsafeSimulation({
      request: { principal, action, resource: { resource, accountId: accountOf(resource) }, contextVariables },
      identityPolicies: identities.map((policy) => ({ name: 'identity', policy })),
      resourcePolicy: policyDocument && { __validated: true, policyDocument, metadata: { name: 'resource' } }, // it fails on one without a name
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    }, {}) === 'Allowed';
  }

  public find(arn: string): Resource | undefined {
    return this.resources.find((resource) => resource.arn === arn);
  }

  /** Whether the templates say who may use this, rather than a default of AWS. */
  public hasPolicy(arn: string): boolean {
    return ownerOf(arn) in this.resourcePolicies;
  }

  /** Of a KMS key in any of the ways in which its user, a queue or a topic, may name it. */
  public keyArn(key: string, user: string): string {
    const alias = /alias\/.+$/.exec(key)?.[0];
    const target = this.resources.find(({ type, properties }) => type === 'AWS::KMS::Alias' && properties.AliasName === alias);
    if (target) return this.keyArn(target.properties.TargetKeyId, user);
    return key.startsWith('arn:') ? key : `arn:aws:kms:${regionOf(user)}:${accountOf(user)}:${alias ?? `key/${key}`}`;
  }

  private policyOf(arn: string): object | undefined {
    if (this.hasPolicy(arn)) return { Statement: this.resourcePolicies[ownerOf(arn)] };
    // keys that AWS manages are for all that the account's identities do by way of their service
    if (arn.includes(':alias/aws/')) return allow({ Action: 'kms:*', Resource: '*', Condition: { Null: { 'kms:ViaService': 'false' } } });
    const owned = { StringEquals: { 'aws:SourceOwner': accountOf(arn) } };
    return serviceOf(arn) === 'sns' ? allow({ Action: 'sns:Publish', Resource: arn, Condition: owned }) : undefined;
  }

  private roleArn(role: string): string {
    return this.resources.find(({ type, id }) => type === 'AWS::IAM::Role' && id === role)?.arn ?? role;
  }
}

/** Only alarms tell the owner that the default policy of topics asks for; EventBridge and S3 need a policy always. */
function contextOf({ service, sourceArn, sourceAccount = accountOf(sourceArn) }: ServiceRequest): Record<string, string> {
  return {
    'aws:PrincipalIsAWSService': 'true',
    'aws:SourceAccount': sourceAccount,
    ...(sourceArn && { 'aws:SourceArn': sourceArn }),
    ...(service === 'cloudwatch.amazonaws.com' && { 'aws:SourceOwner': sourceAccount }),
  };
}

/** Policies on log groups are the account's, and those on objects the bucket's. */
function ownerOf(arn: string): string {
  return { logs: 'logs', s3: arn.split('/')[0] }[serviceOf(arn)] ?? arn;
}

function resourcePolicies({ type, arn, properties, place }: Resource, all: Resource[]): [owner: string, document: any][] {
  const { PolicyDocument: document, Queues = [], Topics = [] } = properties;
  const queueAt = (address: string) => all.find((resource) => resource.type === 'AWS::SQS::Queue' && resource.url === address)?.arn ?? address;
  switch (type) {
    case 'AWS::SQS::QueuePolicy': return Queues.map((address: string) => [queueAt(address), document]);
    case 'AWS::SNS::TopicPolicy': return Topics.map((topic: string) => [topic, document]);
    case 'AWS::S3::BucketPolicy': return [[`arn:aws:s3:::${properties.Bucket}`, document]];
    case 'AWS::KMS::Key': return [[arn, properties.KeyPolicy ?? allow({ Principal: { AWS: accountOf(arn) }, Action: 'kms:*', Resource: '*' })]];
    case 'AWS::IAM::Role': return [[arn, properties.AssumeRolePolicyDocument]];
    case 'AWS::Lambda::Permission': return [lambdaPolicy(properties, place)];
    case 'AWS::Events::EventBusPolicy':
      return [[`arn:aws:events:${place}:event-bus/${properties.EventBusName ?? 'default'}`, { Statement: properties.Statement ?? [] }]];
    case 'AWS::Logs::ResourcePolicy': return [['logs', JSON.parse(document)]];
    // what aws-cdk-lib makes for a log group that is a target
    case 'Custom::CloudwatchLogResourcePolicy': return [['logs', JSON.parse(JSON.parse(properties.Create).parameters.policyDocument)]];
    default: return [];
  }
}

function lambdaPolicy({ FunctionName: name, Qualifier, Action, Principal, SourceArn, SourceAccount }: any, place: string): [string, object] {
  const resource = [name.startsWith('arn:') ? name : `arn:aws:lambda:${place}:function:${name}`, Qualifier].filter(Boolean).join(':');
  const Condition = {
    ...(SourceArn && { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...(SourceAccount && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
  };
  const who = Principal.endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal };
  return [resource, allow({ Action, Resource: resource, Condition, Principal: who })];
}

/** Policies by the names of roles. */
function identityPolicies({ type, arn, name, properties }: Resource, all: Resource[]): [role: string, document: any][] {
  const { PolicyDocument: document, Policies = [], Roles = [] } = properties;
  if (type === 'AWS::IAM::Role') return Policies.map((inline: any) => [name, inline.PolicyDocument]);
  if (!['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(type)) return [];
  const holders = all.filter((other) => other.type === 'AWS::IAM::Role' && other.properties.ManagedPolicyArns?.includes(arn));
  return [...Roles, ...holders.map((role) => role.name)].map((role) => [role, document]);
}

/** All that AWS hands on by itself: what loses messages in silence if it is not allowed. */
export function handOvers(stacks: Stack | Stack[]): HandOver[] {
  return handOversBy(permissionsOf(stacks));
}

/** Those that AWS would refuse, what the templates do not tell included; none in a good stack. */
export function deniedHandOvers(stacks: Stack | Stack[]): string[] {
  const permissions = permissionsOf(stacks);
  return handOversBy(permissions).flatMap(({ what, checks }) =>
    checks.filter((check) => !permissions.allows(check)).map((check) => `${what}: ${sentence(permissions, check, 'may not')}`));
}

/** What else would be let in: another source of this account, the same in another, a role on another resource. None in a good stack. */
export function strangers(stacks: Stack | Stack[]): string[] {
  const permissions = permissionsOf(stacks);
  return handOversBy(permissions).flatMap(({ what, checks }) => checks.filter((check) => permissions.allows(check))
    .flatMap((check) => impostors(permissions, check)).filter((impostor) => permissions.allows(impostor))
    .map((impostor) => `${what}: ${sentence(permissions, impostor, 'may')}${'service' in impostor ? ` for ${impostor.sourceArn} of ${impostor.sourceAccount}` : ''}`));
}

function impostors(permissions: Permissions, check: Request): Request[] {
  if (!('service' in check)) return [{ ...check, resource: strange(check.resource) }];
  // a function's role is Lambda's, and AWS documents no condition for making log streams
  const unbounded = (check.action === 'sts:AssumeRole' && check.service === 'lambda.amazonaws.com') || check.action === 'logs:CreateLogStream';
  if (!check.sourceArn || unbounded || !['sqs', 'sns', 'lambda', 'kms', 'logs', 'iam'].includes(serviceOf(check.resource))) return [];
  const sourceArn = strange(check.sourceArn);
  const [,,,, account] = check.sourceArn.split(':');
  const abroad = { ...check, sourceAccount: STRANGER, sourceArn: account ? check.sourceArn.replace(account, STRANGER) : sourceArn };
  // keys and roles are the account's, and so is a topic by AWS' default; and alarms come and go, so their topic takes all of the account
  const narrow = !['kms', 'iam'].includes(serviceOf(check.resource)) && check.service !== 'cloudwatch.amazonaws.com'
    && (serviceOf(check.resource) === 'logs' || permissions.hasPolicy(check.resource));
  return narrow ? [abroad, { ...check, sourceAccount: accountOf(check.sourceArn), sourceArn }] : [abroad];
}

const strange = (arn: string) => arn.replace(/[^:/]+$/, 'stranger');

function sentence(permissions: Permissions, check: Request, verb: string): string {
  const who = 'service' in check ? check.service : labelOf(permissions, check.role);
  return `${who} ${verb} ${check.action} on ${labelOf(permissions, check.resource)}`;
}

function labelOf(permissions: Permissions, arn: string): string {
  const resource = permissions.find(arn) ?? permissions.find(arn.replace(/:log-stream:.*|$/, ':*'));
  return resource ? `${resource.kind.toLowerCase()} ${resource.id}` : arn;
}

function handOversBy(permissions: Permissions): HandOver[] {
  return permissions.resources.flatMap((resource) => deliveriesOf(resource, permissions.resources).map((delivery) => ({
    what: `${labelOf(permissions, resource.arn)} -> ${labelOf(permissions, delivery.to)}`,
    checks: checksOf(delivery, permissions),
  })));
}

function checksOf({ to, service, sourceArn, role, actions = actionsOn(to), keyActions = SEND_KEY }: Delivery, all: Permissions): Request[] {
  const { KmsMasterKeyId, SSESpecification } = all.find(to)?.properties ?? {};
  const key = KmsMasterKeyId ?? SSESpecification?.KMSMasterKeyId;
  const resource = serviceOf(to) === 'logs' ? `${to.replace(/:\*$/, '')}:log-stream:any` : to;
  const sender = role ? { role } : { service, sourceArn };
  // that a service by itself uses a key by way of the queue or the topic is not documented, so no policy may build on it
  const context = role ? { 'kms:ViaService': `${serviceOf(to)}.${regionOf(to)}.amazonaws.com` } : undefined;
  return [
    ...(role ? [{ service, sourceArn, action: 'sts:AssumeRole', resource: role }] : []),
    ...actions.map((action) => ({ ...sender, action, resource })),
    ...(key ? keyActions : []).map((action) => ({ ...sender, action, resource: all.keyArn(key, to), context })),
  ];
}

function actionsOn(arn: string): string[] {
  const actions: Record<string, string[]> = {
    events: [arn.includes(':api-destination/') ? 'events:InvokeApiDestination' : 'events:PutEvents'],
    lambda: ['lambda:InvokeFunction'],
    logs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    sns: ['sns:Publish'],
    sqs: ['sqs:SendMessage'],
    states: ['states:StartExecution'],
  };
  const found = actions[serviceOf(arn)];
  if (!found) throw new Error(`Nobody has said yet what a hand-over to ${arn} needs`);
  return found;
}
