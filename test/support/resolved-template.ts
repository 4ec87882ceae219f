import { createHash } from 'crypto';
import { Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

export const ACCOUNT = '111122223333';

export const lastOf = (path: string) => path.split('/').at(-1)!;
export const functionName = (nameOrArn: string) => nameOrArn.split(':')[nameOrArn.startsWith('arn:') ? 6 : 0];

/** How AWS writes ARNs: the service, what follows the account, and what Ref gives if not the name. */
const SHAPES: Record<string, [service: string, path: (name: string, properties: any) => string, ref?: 'arn' | 'url']> = {
  'AWS::CloudWatch::Alarm': ['cloudwatch', (name) => `alarm:${name}`],
  'AWS::CloudWatch::CompositeAlarm': ['cloudwatch', (name) => `alarm:${name}`],
  'AWS::DynamoDB::GlobalTable': ['dynamodb', (name) => `table/${name}`],
  'AWS::DynamoDB::Table': ['dynamodb', (name) => `table/${name}`],
  'AWS::Events::EventBus': ['events', (name) => `event-bus/${name}`],
  'AWS::Events::Rule': ['events', (name, { EventBusName: bus = 'default' }) => `rule/${bus === 'default' ? '' : `${lastOf(bus)}/`}${name}`],
  'AWS::IAM::ManagedPolicy': ['iam', (name, { Path = '/' }) => `policy${Path}${name}`, 'arn'],
  'AWS::IAM::Role': ['iam', (name, { Path = '/' }) => `role${Path}${name}`],
  'AWS::KMS::Key': ['kms', (name) => `key/${name}`],
  'AWS::Lambda::Alias': ['lambda', (name, { FunctionName }) => `function:${functionName(FunctionName)}:${name}`, 'arn'],
  'AWS::Lambda::Function': ['lambda', (name) => `function:${name}`],
  'AWS::Lambda::Version': ['lambda', (_, { FunctionName }) => `function:${functionName(FunctionName)}:1`, 'arn'],
  'AWS::Logs::LogGroup': ['logs', (name) => `log-group:${name}:*`],
  'AWS::S3::Bucket': ['s3', (name) => name],
  'AWS::SNS::Topic': ['sns', (name) => name, 'arn'],
  'AWS::SQS::Queue': ['sqs', (name) => name, 'url'],
  'AWS::Scheduler::Schedule': ['scheduler', (name, { GroupName = 'default' }) => `schedule/${GroupName}/${name}`],
  'AWS::Scheduler::ScheduleGroup': ['scheduler', (name) => `schedule-group/${name}`],
  'AWS::StepFunctions::StateMachine': ['states', (name) => `stateMachine:${name}`, 'arn'],
};

/** A resource of a template as if it were deployed, its properties without intrinsics. */
export class Resource {
  public readonly type: string;
  public readonly kind: string;
  private resolved?: any;

  constructor(private readonly template: ResolvedTemplate, public readonly id: string, private readonly source: any) {
    this.type = source.Type;
    this.kind = this.type.split('::').at(-1)!;
  }

  public get stack(): Stack {
    return this.template.stack;
  }

  /** Region and account, as in ARNs. */
  public get place(): string {
    return `${this.template.region}:${this.template.account}`;
  }

  public get properties(): any {
    return this.resolved ??= this.template.resolve(this.source.Properties ?? {});
  }

  public get name(): string {
    const given = this.properties[`${this.kind}Name`] ?? this.properties.Name;
    return typeof given === 'string' ? given : this.madeUpName();
  }

  public get arn(): string {
    const [service, path] = SHAPES[this.type] ?? [this.type.split('::')[1].toLowerCase(), (name) => `${this.kind.toLowerCase()}/${name}`];
    const place = { s3: ':', iam: `:${this.template.account}` }[service] ?? this.place;
    return `arn:aws:${service}:${place}:${path(this.name, this.properties)}`;
  }

  public get ref(): string {
    return this[SHAPES[this.type]?.[2] ?? 'name'];
  }

  public get url(): string {
    return `https://sqs.${this.template.region}.amazonaws.com/${this.template.account}/${this.name}`;
  }

  public attribute(attribute: string): string {
    if (attribute === 'StreamArn') return `${this.arn}/stream/2026-01-01T00:00:00.000`;
    if (attribute.endsWith('Arn')) return this.arn;
    if (attribute === 'QueueUrl') return this.url;
    return /Name$|^KeyId$/.test(attribute) ? this.name : `${this.name}.${attribute}`;
  }

  private madeUpName(): string {
    const name = `${this.stack.stackName}-${this.id}`;
    if (this.type === 'AWS::KMS::Key') return createHash('md5').update(name).digest('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    if (this.type === 'AWS::S3::Bucket') return name.toLowerCase();
    return this.properties.FifoQueue || this.properties.FifoTopic ? `${name}.fifo` : name;
  }
}

class ResolvedTemplate {
  public readonly resources: Resource[];
  public readonly account: string;
  public readonly region: string;
  private readonly source: any;

  constructor(public readonly stack: Stack, private readonly all: ResolvedTemplate[]) {
    this.source = Template.fromStack(stack).toJSON();
    this.account = Token.isUnresolved(stack.account) ? ACCOUNT : stack.account;
    this.region = Token.isUnresolved(stack.region) ? 'us-east-1' : stack.region;
    this.resources = Object.entries(this.source.Resources ?? {}).map(([id, resource]) => new Resource(this, id, resource));
  }

  public resolve(value: any): any {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries<any>(value);
    if (entries.length === 1 && /^(Ref$|Fn::)/.test(entries[0][0])) return this.call(...entries[0]);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.resolve(item)]).filter(([, item]) => item !== undefined));
  }

  private call(intrinsic: string, raw: any): any {
    const argument = this.resolve(raw);
    switch (intrinsic) {
      case 'Ref': return this.ref(argument);
      case 'Fn::GetAtt': return this.attribute([argument].flat().join('.'));
      case 'Fn::Join': return [argument[1]].flat().join(argument[0]);
      case 'Fn::Split': return String(argument[1]).split(argument[0]);
      case 'Fn::Select': return argument[1][argument[0]];
      case 'Fn::Sub': return this.substitute(...[argument].flat() as [string, any]);
      case 'Fn::ImportValue': return this.imported(argument);
      case 'Fn::If': return argument[1];
      default: return intrinsic; // made up: no policy depends on it
    }
  }

  private ref(id: string): any {
    const pseudo: Record<string, any> = {
      'AWS::AccountId': this.account,
      'AWS::Region': this.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': this.stack.stackName,
      'AWS::NoValue': undefined,
    };
    return id in pseudo ? pseudo[id] : this.resource(id)?.ref ?? this.source.Parameters?.[id]?.Default ?? id;
  }

  private attribute(path: string): string {
    const [id, ...attribute] = path.split('.');
    return this.resource(id)?.attribute(attribute.join('.')) ?? path;
  }

  private substitute(text: string, values: any = {}): string {
    const value = (name: string) => values[name] ?? (name.includes('.') ? this.attribute(name) : this.ref(name));
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name) => literal ? `\${${name}}` : value(name));
  }

  private imported(name: string): any {
    for (const template of this.all) {
      const output = Object.values<any>(template.source.Outputs ?? {}).find(({ Export }) => Export && template.resolve(Export.Name) === name);
      if (output) return template.resolve(output.Value);
    }
    return name;
  }

  private resource(id: string): Resource | undefined {
    return this.resources.find((resource) => resource.id === id);
  }
}

/** All resources of the stacks, which may import from each other. */
export function resolvedResources(stacks: Stack[]): Resource[] {
  const templates: ResolvedTemplate[] = [];
  for (const stack of stacks) templates.push(new ResolvedTemplate(stack, templates));
  return templates.flatMap(({ resources }) => resources);
}
