import { Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import { AlarmActions, AlarmSetting, ApiAccess, ApiAuthorizerConfig, ApiCors, ApiRoute, FunctionApi, IApiAuthorizer } from 'cdk-serverless-patterns';

class PartnerAuthorizer implements IApiAuthorizer {
  public bind(_scope: Construct): ApiAuthorizerConfig {
    return {
      securityScheme: {
        'type': 'apiKey',
        'name': 'x-partner',
        'in': 'header',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: 'arn:aws:partner' },
      },
      identityHeaders: ['x-partner'],
    };
  }
}

export class FunctionApiStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const orders = inlineFunction(this, 'Orders');
    const live = new lambda.Alias(this, 'Live', { aliasName: 'live', version: orders.currentVersion });

    const api = new FunctionApi(this, 'Api', {
      access: ApiAccess.iam(),
      routes: {
        'POST /orders': ApiRoute.to(orders, {
          body: { type: 'object', required: ['item'], properties: { item: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } } },
          requiredHeaders: ['Idempotency-Key'],
        }),
        'GET /orders/{id}': ApiRoute.to(live, { access: ApiAccess.jwt('https://login.example.com', { audience: ['orders'] }) }),
        'DELETE /orders/{id}': ApiRoute.to(live, { access: ApiAccess.apiKey(), throttle: { rateLimit: 5, burstLimit: 10 } }),
        'GET /partners': ApiRoute.to(orders, { access: ApiAccess.authorizer(new PartnerAuthorizer()) }),
      },
      cors: ApiCors.origins(['https://shop.example.com', 'https://admin.example.com'], { maxAge: Duration.hours(1) }),
      alarms: { latencyP99: AlarmSetting.threshold(800, { period: Duration.minutes(1) }), serverErrorRate: AlarmSetting.off('a trial') },
    });
    api.addRoute('ANY /files/{path+}', ApiRoute.to(orders));
    AlarmActions.of(this).none('a trial');
  }
}
