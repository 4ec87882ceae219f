import { createHash } from 'crypto';
import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ApiAccess } from './api-access';
import { ApiScheme } from './api-scheme';
import { Route } from './route';
import { inputError } from '../../foundation/input-error';

/** The security schemes of an API: each is made when the first route uses it, and shared by all routes with an equal access. */
export class ApiSchemes {
  public readonly all = new Map<string, ApiScheme>();
  public apiKey?: apigateway.IApiKey;
  public usagePlan?: apigateway.UsagePlan;
  private readonly names = new Map<unknown, string>();
  private keyAccess?: ApiAccess;

  constructor(
    private readonly scope: Construct,
    private readonly api: apigateway.SpecRestApi,
    private readonly functionUri: (fn: lambda.IFunction) => string,
    private readonly permit: (fn: lambda.IFunction) => void,
  ) {}

  public use(access: ApiAccess, isDefault: boolean): Route['security'] {
    if (!access._bind) return undefined;
    if (access._apiKey) this.useKeys(access);
    const identity = typeof access._identity === 'string' ? `${access._kind} ${access._identity}` : access._identity;
    const known = this.names.get(identity);
    if (known) return { name: known, scopes: access._scopes };

    const name = this.nameOf(access, isDefault);
    const scheme = access._bind({ scope: this.scope, id: name, functionUri: this.functionUri });
    scheme.functions?.forEach(this.permit);
    this.names.set(identity, name);
    this.all.set(name, scheme);
    return { name, scopes: access._scopes };
  }

  /** Does not depend on the order of routes, so that a new route never renames what is deployed. */
  private nameOf(access: ApiAccess, isDefault: boolean): string {
    if (isDefault || access._kind === 'Iam' || access._kind === 'ApiKey') return access._kind;
    if (typeof access._identity !== 'string') return `${access._kind}${this.names.size + 1}`;
    const identity = JSON.stringify(Stack.of(this.scope).resolve(access._identity));
    return `${access._kind}${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
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
