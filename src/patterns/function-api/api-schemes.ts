import { createHash } from 'crypto';
import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ApiAccess } from './api-access';
import { ApiScheme } from './api-scheme';
import { Route } from './route';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';

/** The security schemes of an API: each is made when the first route uses it, and shared by all routes with an equal access. */
export class ApiSchemes {
  public readonly all = new Map<string, ApiScheme>();
  public readonly verifiers: lambda.Function[] = [];
  public apiKey?: apigateway.IApiKey;
  public usagePlan?: apigateway.UsagePlan;
  private readonly names = new Map<unknown, string>();
  private keyAccess?: ApiAccess;

  constructor(
    private readonly scope: Construct,
    private readonly api: apigateway.SpecRestApi,
    private readonly defaultAccess: ApiAccess,
    private readonly permit: (fn: lambda.IFunction) => void,
  ) {}

  public use(access: ApiAccess): Route['security'] {
    if (access?._kind === 'Anonymous') return undefined;
    if (!access?._bind) throw inputError('access', 'must be made by a method of ApiAccess', JSON.stringify(access) ?? typeof access);
    if (access._apiKey) this.useKeys(access);
    const known = this.names.get(identityOf(access));
    if (known) return { name: known, scopes: access._scopes };

    const isOwn = typeof access._identity !== 'string'; // known by what it binds to
    const id = isOwn ? access._kind : this.nameOf(access, access._identity);
    const scheme = access._bind({ scope: this.scope, id });
    const name = isOwn ? this.nameOf(access, scheme.securityScheme) : id;
    this.names.set(identityOf(access), name);
    if (!this.all.has(name)) {
      scheme.functions?.forEach(this.permit);
      if (scheme.verifier) this.verifiers.push(scheme.verifier);
      this.all.set(name, scheme);
    }
    return { name, scopes: access._scopes };
  }

  /** Does not depend on the order of routes, so that a new route never renames what is deployed. */
  private nameOf(access: ApiAccess, identity: unknown): string {
    const single = access._kind === 'Iam' || access._kind === 'ApiKey';
    if (single || identityOf(access) === identityOf(this.defaultAccess)) return access._kind;
    const text = JSON.stringify(inOrder(Stack.of(this.scope).resolve(identity)));
    return `${access._kind}${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  }

  private useKeys(access: ApiAccess): void {
    if (this.keyAccess) {
      if (this.keyAccess._identity !== access._identity) {
        throw inputError('access', 'must have the same ApiAccess.apiKey options on all routes of an API, which has one usage plan', access._identity);
      }
      return;
    }
    this.keyAccess = access;
    const { key, throttle, quota } = access._apiKey!;
    this.apiKey = key ?? new apigateway.ApiKey(this.scope, 'ApiKey');
    this.usagePlan = new apigateway.UsagePlan(this.scope, 'UsagePlan', {
      apiStages: [{ api: this.api, stage: this.api.deploymentStage }],
      throttle,
      quota,
    });
    this.usagePlan.addApiKey(this.apiKey);
  }
}

/** Equal accesses have equal identities; an own authorizer is its own. */
function identityOf(access: ApiAccess): unknown {
  return typeof access._identity === 'string' ? `${access._kind} ${access._identity}` : access._identity;
}
