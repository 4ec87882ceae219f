import os

import jsii
from aws_cdk import App, Duration, Stack, aws_apigateway as apigateway, aws_lambda as lambda_
from cdk_serverless_patterns import (
    AlarmActions, AlarmSetting, ApiAccess, ApiAuthorizerConfig, ApiCors, ApiRoute, FunctionApi, FunctionApiAlarms, IApiAuthorizer,
)


@jsii.implements(IApiAuthorizer)
class PartnerAuthorizer:
    def bind(self, _scope):
        return ApiAuthorizerConfig(
            security_scheme={
                'type': 'apiKey',
                'name': 'x-partner',
                'in': 'header',
                'x-amazon-apigateway-authtype': 'custom',
                'x-amazon-apigateway-authorizer': {'type': 'token', 'authorizerUri': 'arn:aws:partner'},
            },
            identity_headers=['x-partner'],
        )


app = App(outdir=os.environ['OUT'], analytics_reporting=False)
stack = Stack(app, 'Parity')
orders = lambda_.Function(
    stack, 'Orders',
    runtime=lambda_.Runtime.NODEJS_24_X,
    handler='index.handler',
    code=lambda_.Code.from_inline('exports.handler = async () => ({ statusCode: 200 })'),
)
live = lambda_.Alias(stack, 'Live', alias_name='live', version=orders.current_version)

api = FunctionApi(
    stack, 'Api',
    access=ApiAccess.iam(),
    routes={
        'POST /orders': ApiRoute.to(
            orders,
            body={
                'type': 'object',
                'required': ['item'],
                'properties': {'item': {'type': 'string'}, 'quantity': {'type': 'integer', 'minimum': 1}},
            },
            required_headers=['Idempotency-Key'],
        ),
        'GET /orders/{id}': ApiRoute.to(live, access=ApiAccess.jwt('https://login.example.com', audience=['orders'])),
        'DELETE /orders/{id}': ApiRoute.to(
            live, access=ApiAccess.api_key(), throttle=apigateway.ThrottleSettings(rate_limit=5, burst_limit=10)),
        'GET /partners': ApiRoute.to(orders, access=ApiAccess.authorizer(PartnerAuthorizer())),
    },
    cors=ApiCors.origins(['https://shop.example.com', 'https://admin.example.com'], max_age=Duration.hours(1)),
    alarms=FunctionApiAlarms(
        latency_p99=AlarmSetting.threshold(800, period=Duration.minutes(1)),
        server_error_rate=AlarmSetting.off('a trial'),
    ),
)
api.add_route('ANY /files/{path+}', ApiRoute.to(orders))
AlarmActions.of(app).none('a trial')
app.synth()
