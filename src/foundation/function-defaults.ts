import { dirname, sep } from 'path';
import { Annotations, Aspects, Duration, InjectionContext, IPropertyInjector, PropertyInjectors } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { checkRange } from './input-error';
import { ownLogGroup } from './log-group';
import { mark, marked } from './mark';
import { OWN_HANDLER } from './own-handler';

const DEFAULTED = 'defaultedFunction';
/** Lambda@Edge takes neither tracing nor a log group of its own. */
const EDGE_FUNCTION = 'aws-cdk-lib.aws-cloudfront.experimental.EdgeFunction';
const EDGE_STACK = /^edge-lambda-stack-/;

/**
 * What functions are to have that do not say otherwise.
 */
export interface FunctionDefaultsProps {
  /**
   * Tracing with X-Ray.
   *
   * @default lambda.Tracing.ACTIVE
   */
  readonly tracing?: lambda.Tracing;

  /**
   * Format of logs.
   *
   * @default lambda.LoggingFormat.JSON
   */
  readonly loggingFormat?: lambda.LoggingFormat;

  /**
   * How long the log is kept, in a group that is the function's own and goes with it.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * How often an asynchronous call that failed is tried again: 0 to 2.
   *
   * @default - as Lambda does it: twice
   */
  readonly asyncRetryAttempts?: number;

  /**
   * How old an asynchronous call may become: 1 minute to 6 hours.
   *
   * @default - as Lambda does it: 6 hours
   */
  readonly asyncMaxEventAge?: Duration;
}

/**
 * Gives the functions under a scope tracing, logs in JSON, and a log group with retention, unless they say otherwise: those of this app, of constructs of others, and of
 * this library; `NodejsFunction` and images, too. Functions of Lambda@Edge and those that the CDK makes for itself stay as they are.
 *
 * It holds for functions that are made after it, so call it first.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html
 *
 * @example
 * import { FunctionDefaults } from 'cdk-serverless-patterns';
 *
 * FunctionDefaults.of(this).apply();
 */
export class FunctionDefaults {
  /**
   * The defaults of the functions under a scope: a construct, a stack, a stage or the app.
   */
  public static of(scope: IConstruct): FunctionDefaults {
    return new FunctionDefaults(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets them. What an injector of your own sets for the same functions goes before: one that is there already at this scope or above is called first, and one that is
   * added below it alone.
   */
  public apply(props: FunctionDefaultsProps = {}): void {
    const { asyncRetryAttempts, asyncMaxEventAge } = props;
    if (asyncRetryAttempts !== undefined) checkRange('asyncRetryAttempts', asyncRetryAttempts, 0, 2);
    if (asyncMaxEventAge) checkRange('asyncMaxEventAge', asyncMaxEventAge.toSeconds(), 60, 21_600, ' seconds');
    warnOfEarlierFunctions(this.scope);
    const before = injectorAt(this.scope);
    PropertyInjectors.of(this.scope).add(before instanceof FunctionInjector ? before.with(props) : new FunctionInjector(props, before));
    if (asyncRetryAttempts === undefined && !asyncMaxEventAge) return;
    Aspects.of(this.scope).add({
      visit: (node) => { // at the end: others may set it until then
        if (!(node instanceof lambda.Function) || !isDefaulted(node) || node.node.tryFindChild('EventInvokeConfig')) return;
        node.configureAsyncInvoke({ retryAttempts: asyncRetryAttempts, maxEventAge: asyncMaxEventAge });
      },
    });
  }
}

class FunctionInjector implements IPropertyInjector {
  public readonly constructUniqueId = lambda.Function.PROPERTY_INJECTION_ID;

  constructor(private readonly defaults: FunctionDefaultsProps, private readonly before?: IPropertyInjector) {}

  /** Of two scopes the nearer one counts. */
  public with(defaults: FunctionDefaultsProps): FunctionInjector {
    return new FunctionInjector({ ...this.defaults, ...defaults }, this.before);
  }

  public inject(originalProps: lambda.FunctionProps, context: InjectionContext): lambda.FunctionProps {
    const props: lambda.FunctionProps = this.before?.inject(originalProps, context) ?? originalProps;
    const { scope, id } = context;
    if (isOfEdge(scope) || isOfCdk(props.code)) return props;
    const { tracing = lambda.Tracing.ACTIVE, loggingFormat = lambda.LoggingFormat.JSON, logRetention } = this.defaults;
    const hasLog = props.logGroup ?? props.logRetention;
    idsOf(scope).add(id);
    return {
      ...props,
      tracing: props.tracing ?? tracing,
      ...props.loggingFormat === undefined && props.logFormat === undefined && { loggingFormat },
      logGroup: hasLog === undefined ? ownLogGroup(scope, `${id}DefaultLogs`, logRetention) : props.logGroup,
    };
  }
}

/** Ids of functions that were given defaults, by their scope: there is no construct yet when they are. */
function idsOf(scope: IConstruct): Set<string> {
  return marked(scope, DEFAULTED) ?? mark(scope, DEFAULTED, new Set());
}

function isDefaulted({ node }: IConstruct): boolean {
  return idsOf(node.scope!).has(node.id);
}

/** The injector of functions that holds at a scope, as the CDK finds it. */
function injectorAt(scope: IConstruct): IPropertyInjector | undefined {
  for (const at of scope.node.scopes.reverse()) {
    const found = PropertyInjectors.hasPropertyInjectors(at) && PropertyInjectors.of(at).for(lambda.Function.PROPERTY_INJECTION_ID);
    if (found) return found;
  }
  return undefined;
}

function isOfEdge(scope: IConstruct): boolean {
  const isEdge = (type: object) => (type as { PROPERTY_INJECTION_ID?: string }).PROPERTY_INJECTION_ID === EDGE_FUNCTION;
  return scope.node.scopes.some(({ constructor, node }) => isEdge(constructor) || EDGE_STACK.test(node.id));
}

/** The code of the CDK's own functions comes with the CDK. */
function isOfCdk(code?: lambda.Code): boolean {
  return code instanceof lambda.AssetCode && code.path.startsWith(dirname(require.resolve('aws-cdk-lib/package.json')) + sep);
}

function warnOfEarlierFunctions(scope: IConstruct): void {
  const earlier = scope.node.findAll().filter((node) => node instanceof lambda.Function && !isDefaulted(node) && !marked(node, OWN_HANDLER));
  if (earlier.length === 0) return;
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:functionsBeforeDefaults',
    `FunctionDefaults hold for functions that are made after them, and not for ${earlier.map(({ node }) => node.path).join(', ')}`,
  );
}
