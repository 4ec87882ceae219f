import jsii
from aws_cdk import Duration, Stack, aws_apigateway as apigateway, aws_lambda as lambda_
from cdk_serverless_patterns import (
    AlarmActions, AlarmSetting, ApiAccess, ApiAuthorizerConfig, ApiCors, ApiRoute, FunctionApi, FunctionApiAlarms, IApiAuthorizer,
)
from constructs import Construct

from inline_function import inline_function


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


class FunctionApiStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        orders = inline_function(self, 'Orders')
        live = lambda_.Alias(self, 'Live', alias_name='live', version=orders.current_version)

        api = FunctionApi(
            self, 'Api',
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
        AlarmActions.of(self).none('a trial')
