import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlarmActions, ApiAccess, ApiCors, ApiRoute, FunctionApi, LiveFunction, ProvisionedConcurrency, Rollout } from 'cdk-serverless-patterns';
import { Construct } from 'constructs';
import { Files } from './files';
import { Nightly } from './nightly';
import { OrderEvents } from './order-events';
import { OrderSaga } from './order-saga';
import { orderSchema } from './order-schema';

const SHOP_PAGE = 'https://shop.example.com';

class Shop extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const orders = new dynamodb.TableV2(this, 'Orders', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    const customers = new cognito.UserPool(this, 'Customers', { selfSignUpEnabled: true, signInAliases: { email: true } });
    const shopPage = customers.addClient('ShopPage', { authFlows: { adminUserPassword: true } });

    const handler = (name: string, file: string) => new NodejsFunction(this, name, {
      entry: `${__dirname}/functions/${file}.ts`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.seconds(10),
      environment: { ORDERS_TABLE: orders.tableName, SHOP_PAGE },
    });
    const createOrder = handler('CreateOrder', 'create-order');
    const getOrder = handler('GetOrder', 'get-order');
    const cancelOrder = handler('CancelOrder', 'cancel-order');
    orders.grants.actions(createOrder, 'dynamodb:PutItem');
    orders.grants.actions(getOrder, 'dynamodb:GetItem');
    orders.grants.actions(cancelOrder, 'dynamodb:DeleteItem');

    const create = new LiveFunction(this, 'Create', {
      function: createOrder,
      provisionedConcurrency: ProvisionedConcurrency.of(5),
      rollout: Rollout.canary({ percent: 10, interval: Duration.minutes(5) }),
    });
    const api = new FunctionApi(this, 'Api', {
      access: ApiAccess.cognito(customers),
      routes: {
        'POST /orders': ApiRoute.to(create.alias, { body: orderSchema, requiredHeaders: ['Idempotency-Key'] }),
        'GET /orders/{orderId}': ApiRoute.to(getOrder, { access: ApiAccess.anonymous() }),
        'DELETE /orders/{orderId}': ApiRoute.to(cancelOrder, { access: ApiAccess.apiKey() }),
      },
      cors: ApiCors.origins([SHOP_PAGE]),
    });
    const saga = new OrderSaga(this, 'OrderSaga');
    const events = new OrderEvents(this, 'OrderEvents', createOrder, saga.starter);
    const nightly = new Nightly(this, 'Nightly', { orders });
    const files = new Files(this, 'Files');

    AlarmActions.of(this).addTopic(new sns.Topic(this, 'OnCall', { enforceSSL: true }));

    const outputs = {
      Url: api.url,
      CreateOrderAlias: create.alias.functionArn,
      ApiKeyId: api.apiKey!.keyId,
      UserPoolId: customers.userPoolId,
      ClientId: shopPage.userPoolClientId,
      ...events.outputs,
      ...saga.outputs,
      ...nightly.outputs,
      ...files.outputs,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

new Shop(new App(), 'Shop');
