import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { checkRange } from './input-error';
import { mark, marked } from './mark';
import { OWN_HANDLER } from './own-handler';

const DEFAULTS = 'handlerDefaults';

/**
 * What the functions that this library brings are to have.
 */
export interface HandlerDefaultsProps {
  /**
   * A VPC for them. It has to let them reach the services that they use: DynamoDB, S3, SQS, Step Functions and the like, by endpoints or a NAT.
   *
   * @default - none
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Where in the VPC.
   *
   * @default - its private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Their security groups.
   *
   * @default - one for each function, which lets it call out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The boundary of their roles. (The CDK's `iam.PermissionsBoundary.of(scope)` is for all roles under a scope, those of this library included.)
   *
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Their memory, in MiB: 128 to 10240. More of it is more CPU, too.
   *
   * @default - what the README of each pattern says
   */
  readonly memorySize?: number;
}

/**
 * Gives the functions that this library brings, under a scope, a VPC, a permissions boundary and memory: for companies that deploy none without. Functions of your own
 * have props of their own.
 *
 * It holds for patterns that are made after it, so call it first. Of two scopes the nearer one counts, prop by prop.
 *
 * @example
 * import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
 * import * as iam from 'aws-cdk-lib/aws-iam';
 * import { HandlerDefaults } from 'cdk-serverless-patterns';
 *
 * declare const vpc: ec2.IVpc;
 * HandlerDefaults.of(this).apply({ vpc, permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'workloads') });
 */
export class HandlerDefaults {
  /**
   * The defaults of a scope: a construct, a stack, a stage or the app.
   */
  public static of(scope: IConstruct): HandlerDefaults {
    return new HandlerDefaults(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets them, prop by prop.
   */
  public apply(props: HandlerDefaultsProps): void {
    if (props.memorySize !== undefined) checkRange('memorySize', props.memorySize, 128, 10_240, ' MiB');
    warnOfEarlierHandlers(this.scope);
    mark(this.scope, DEFAULTS, { ...marked<HandlerDefaultsProps>(this.scope, DEFAULTS), ...props });
  }

  /**
   * What holds at the scope.
   *
   * @internal
   */
  public get _resolved(): HandlerDefaultsProps {
    return this.scope.node.scopes.reduce((outer, at) => ({ ...outer, ...marked<HandlerDefaultsProps>(at, DEFAULTS) }), {});
  }
}

function warnOfEarlierHandlers(scope: IConstruct): void {
  const earlier = scope.node.findAll().filter((node) => marked(node, OWN_HANDLER));
  if (earlier.length === 0) return;
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:handlersBeforeDefaults',
    `HandlerDefaults hold for patterns that are made after them, and not for ${earlier.map(({ node }) => node.path).join(', ')}`,
  );
}
