import { Annotations, Aws, Lazy, Names } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLogOptions, makeAccountRole } from './access-log';
import { ApiRoute } from './api-route';
import { ApiSchemes } from './api-schemes';
import { uncheckedKeywords } from './body-schema';
import { serveUnder } from './custom-domain';
import { FunctionApiProps } from './function-api-props';
import { ApiDescription, clientDocument, gatewayDocument } from './open-api';
import { checkSiblings, keyOf, parseRouteKey, Route } from './route';
import { checkProps, checkRouteSettings, methodSettings, STAGE_NAME } from './stage-settings';
import { defineAlarm } from '../../foundation/alarm';
import { operateGuide } from '../../foundation/documentation';
import { permitInvoke } from '../../foundation/function-permission';
import { inputError } from '../../foundation/input-error';

/**
 * An API whose routes are functions: a REST API made of one OpenAPI document.
 *
 * Who may call is decided for the API and where it differs for a route. Requests are validated and throttled before a function runs,
 * pages of other origins can read error answers too, each function gets one permission, and an alarm tells of server errors.
 *
 * @see https://github.com/cdk-serverless-patterns/cdk-serverless-patterns/blob/main/src/patterns/function-api/README.md
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { ApiAccess, ApiRoute, FunctionApi } from 'cdk-serverless-patterns';
 *
 * declare const createOrder: lambda.Function;
 * declare const getOrder: lambda.Function;
 *
 * const api = new FunctionApi(this, 'Orders', {
 *   access: ApiAccess.iam(),
 *   routes: {
 *     'POST /orders': ApiRoute.to(createOrder, { body: { type: 'object', required: ['item'] } }),
 *     'GET /orders/{id}': ApiRoute.to(getOrder, { access: ApiAccess.anonymous() }),
 *   },
 * });
 */
export class FunctionApi extends Construct {
  /**
   * The REST API.
   */
  public readonly restApi: apigateway.SpecRestApi;

  /**
   * The stage that serves it: what a web access control list or a client certificate is attached to.
   */
  public readonly stage: apigateway.Stage;

  /**
   * Address of the API, with a slash at its end: of the custom domain where there is one.
   */
  public readonly url: string;

  /**
   * The custom domain, where `domain` is given.
   */
  public readonly domainName?: apigateway.IDomainName;

  /**
   * The log group of requests, where `accessLog` is given.
   */
  public readonly accessLogGroup?: logs.ILogGroup;

  /**
   * Fires at server errors, unless it is off.
   */
  public readonly serverErrorAlarm?: cloudwatch.Alarm;

  /**
   * Fires at slow answers, where it is asked for.
   */
  public readonly latencyAlarm?: cloudwatch.Alarm;

  private readonly props: FunctionApiProps;
  private readonly schemes: ApiSchemes;
  private readonly routes = new Map<string, Route>();
  private readonly invokers: iam.IGrantable[] = [];

  constructor(scope: Construct, id: string, props: FunctionApiProps) {
    super(scope, id);
    this.props = props;
    checkProps(props);

    // CloudWatch knows an API by its name only: two of one name would share their metrics and alarms
    const name = Names.uniqueResourceName(this, { maxLength: 128, separator: '-' });
    const log = accessLogOptions(this, props.accessLog);
    this.accessLogGroup = log.group;
    this.restApi = new apigateway.SpecRestApi(this, 'Api', {
      restApiName: name,
      apiDefinition: apigateway.ApiDefinition.fromInline(Lazy.uncachedAny({ produce: () => gatewayDocument(this.describe(name)) })),
      endpointTypes: [props.endpointType ?? apigateway.EndpointType.REGIONAL],
      policy: props.policy,
      binaryMediaTypes: props.binaryMediaTypes,
      disableExecuteApiEndpoint: props.domain?._options.trustStore && true,
      cloudWatchRole: false,
      deployOptions: {
        stageName: STAGE_NAME,
        tracingEnabled: props.tracing ?? true,
        cacheClusterEnabled: props.cache && true,
        cacheClusterSize: props.cache?.size,
        ...log.stageOptions,
      },
    });
    this.restApi.node.tryRemoveChild('Endpoint'); // an output of the stack is the user's to make
    this.stage = this.restApi.deploymentStage;
    const stage = this.stage.node.defaultChild as apigateway.CfnStage;
    stage.methodSettings = Lazy.any({ produce: () => methodSettings(props, this.sortedRoutes()) });
    if (props.accessLog?._accountRole) stage.node.addDependency(makeAccountRole(this));

    this.schemes = new ApiSchemes(this, this.restApi, props.access, (fn) => this.permit(fn, 'Authorize', 'authorizers/*'));
    for (const key of Object.keys(props.routes ?? {}).sort()) this.addRoute(key, props.routes![key]);
    this.node.addValidation({
      validate: () => [
        ...(this.routes.size > 0 ? [] : [inputError('routes', 'must have at least one route', 'none')]),
        ...(this.invokers.length === 0 || this.sortedRoutes().some((route) => this.hasIamAccess(route)) ? [] : [
          inputError('grantInvoke', 'needs a route with ApiAccess.iam()', 'none'),
        ]),
      ].map(({ message }) => message),
    });

    this.domainName = props.domain && serveUnder(this, props.domain, this.restApi, props.endpointType);
    this.url = props.domain ? `https://${[props.domain._domainName, props.domain._options.basePath].filter(Boolean).join('/')}/` : this.restApi.url;

    this.serverErrorAlarm = defineAlarm(this, 'ServerErrors', {
      prop: 'serverErrorRate',
      setting: props.alarms?.serverErrorRate,
      maximum: 1,
      defaultThreshold: 0.01,
      defaultPeriodMinutes: 5,
      metric: (options) => this.metricServerErrors({ statistic: cloudwatch.Stats.AVERAGE, ...options }),
      meaning: `The API ${name} answers requests with server errors (5xx).`,
      guide: operateGuide('function-api'),
    });
    this.latencyAlarm = defineAlarm(this, 'Latency', {
      prop: 'latencyP99',
      setting: props.alarms?.latencyP99,
      defaultPeriodMinutes: 5,
      metric: (options) => this.metricLatency(options),
      meaning: `The API ${name} answers slowly (99th percentile, in milliseconds).`,
      guide: operateGuide('function-api'),
    });
  }

  /**
   * The key that is made for `ApiAccess.apiKey`, or yours.
   */
  public get apiKey(): apigateway.IApiKey | undefined {
    return this.schemes.apiKey;
  }

  /**
   * The usage plan of the API's keys: give it further keys with `addApiKey`.
   */
  public get usagePlan(): apigateway.UsagePlan | undefined {
    return this.schemes.usagePlan;
  }

  /**
   * The functions that are made for `ApiAccess.jwt`.
   */
  public get jwtVerifiers(): lambda.Function[] {
    return this.schemes.verifiers;
  }

  /**
   * The API as its callers see it: an OpenAPI 3.0 document for client generators, as plain JSON without tokens. It holds the routes that the API
   * has when it is taken.
   */
  public get openApi(): Record<string, any> {
    return clientDocument(this.describe(this.node.id));
  }

  /**
   * Adds a route.
   *
   * @param route 'METHOD /path', with path parameters in braces; `ANY` is all methods, `{name+}` is the rest of a path
   */
  public addRoute(route: string, to: ApiRoute): void {
    const key = parseRouteKey(route);
    if (this.routes.has(route)) throw inputError('routes', 'must have each route once', route);
    if (this.props.cors && key.method === 'OPTIONS') throw inputError('routes', 'cannot have OPTIONS where cors answers it', route);
    checkSiblings(key.path, [...this.routes.values()].map(({ path }) => path));
    if (!to?._handler) throw inputError('routes', `must lead to an ApiRoute ('${route}')`, typeof to);
    const access = to._options.access ?? this.props.access;
    const security = this.schemes.use(access);
    const added = { ...key, handler: to._handler, options: to._options, security };
    checkRouteSettings(added, this.props, access, security && this.schemes.all.get(security.name));
    this.routes.set(route, added);
    if (this.hasIamAccess(added)) this.invokers.forEach((invoker) => this.grantRoutes(invoker, [added]));
    this.permit(to._handler, 'Invoke', `${STAGE_NAME}/*/*`);
    this.warn(route, key.path, to);
  }

  /**
   * Lets a principal call the routes with IAM access: all of them, also those that are added later, or the named ones.
   */
  public grantInvoke(grantee: iam.IGrantable, ...routes: string[]): iam.Grant {
    for (const route of routes) {
      if (!this.routes.has(route)) throw inputError('routes', 'must be routes of this API', route);
      if (!this.hasIamAccess(this.routes.get(route)!)) throw inputError('routes', 'must be routes with ApiAccess.iam()', route);
    }
    if (routes.length === 0) this.invokers.push(grantee);
    const granted = this.sortedRoutes().filter((route) => routes.length === 0 ? this.hasIamAccess(route) : routes.includes(keyOf(route)));
    return granted.length === 0
      ? iam.Grant.drop(grantee, 'routes with IAM access are granted when they are added')
      : this.grantRoutes(grantee, granted);
  }

  /**
   * Number of server errors (5xx).
   */
  public metricServerErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.restApi.metricServerError(options);
  }

  /**
   * Milliseconds from the request's arrival to the answer's departure: their 99th percentile, unless the options say otherwise.
   */
  public metricLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.restApi.metricLatency({ statistic: cloudwatch.Stats.p(99), ...options });
  }

  private describe(title: string): ApiDescription {
    return {
      title,
      routes: this.sortedRoutes(),
      schemes: this.schemes.all,
      cors: this.props.cors,
      binaryMediaTypes: this.props.binaryMediaTypes,
    };
  }

  /** In an order of their own, since maps of Java and Go have none. */
  private sortedRoutes(): Route[] {
    const order = ({ path, method }: Route) => `${path} ${method}`;
    return [...this.routes.values()].sort((a, b) => order(a) < order(b) ? -1 : 1);
  }

  private grantRoutes(grantee: iam.IGrantable, routes: Route[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: routes.map(({ method, path }) => this.restApi.arnForExecuteApi(method, path.replace(/\{[^}]+\}/g, '*'), STAGE_NAME)),
    });
  }

  private hasIamAccess(route: Route): boolean {
    return route.security?.name === 'Iam';
  }

  /** Lets API Gateway call a function: once, whatever the number of its routes. */
  private permit(fn: lambda.IFunction, purpose: 'Invoke' | 'Authorize', resource: string): void {
    const id = `${purpose}${Names.nodeUniqueId(fn.node)}`;
    if (this.node.tryFindChild(id)) return;
    const permission = permitInvoke(this, id, fn, 'apigateway.amazonaws.com', `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.restApi.restApiId}/${resource}`);
    if (permission) this.restApi.latestDeployment!.node.addDependency(permission); // no route goes live before its function can be called
  }

  private warn(route: string, path: string, to: ApiRoute): void {
    const unchecked = uncheckedKeywords(to._options.body ?? {});
    if (unchecked.length > 0) {
      Annotations.of(this).addWarningV2(
        'cdk-serverless-patterns:uncheckedBody',
        `API Gateway does not check these parts of the body of '${route}', check them in the function: ${unchecked.join(', ')}`,
      );
    }
    if (this.props.domain && ['/ping', '/sping'].includes(path)) {
      Annotations.of(this).addWarningV2(
        'cdk-serverless-patterns:reservedPath',
        `API Gateway reserves /ping and /sping of custom domains for its health check: '${route}' does not answer there`,
      );
    }
  }
}
