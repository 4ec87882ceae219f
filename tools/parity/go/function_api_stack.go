package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

type partnerAuthorizer struct{}

func (*partnerAuthorizer) Bind(_ constructs.Construct) *patterns.ApiAuthorizerConfig {
	return &patterns.ApiAuthorizerConfig{
		SecurityScheme: &object{
			"type": "apiKey", "name": "x-partner", "in": "header",
			"x-amazon-apigateway-authtype":   "custom",
			"x-amazon-apigateway-authorizer": object{"type": "token", "authorizerUri": "arn:aws:partner"},
		},
		IdentityHeaders: jsii.Strings("x-partner"),
	}
}

func newFunctionApiStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	orders := inlineFunction(stack, "Orders")
	live := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: orders.CurrentVersion()})

	api := patterns.NewFunctionApi(stack, jsii.String("Api"), &patterns.FunctionApiProps{
		Access: patterns.ApiAccess_Iam(),
		Routes: &map[string]patterns.ApiRoute{
			"POST /orders": patterns.ApiRoute_To(orders, &patterns.ApiRouteOptions{
				Body: &object{
					"type":     "object",
					"required": []string{"item"},
					"properties": object{
						"item":     object{"type": "string"},
						"quantity": object{"type": "integer", "minimum": 1},
					},
				},
				RequiredHeaders: jsii.Strings("Idempotency-Key"),
			}),
			"GET /orders/{id}": patterns.ApiRoute_To(live, &patterns.ApiRouteOptions{
				Access: patterns.ApiAccess_Jwt(jsii.String("https://login.example.com"), &patterns.JwtAccessOptions{Audience: jsii.Strings("orders")}),
			}),
			"DELETE /orders/{id}": patterns.ApiRoute_To(live, &patterns.ApiRouteOptions{
				Access:   patterns.ApiAccess_ApiKey(nil),
				Throttle: &awsapigateway.ThrottleSettings{RateLimit: jsii.Number(5), BurstLimit: jsii.Number(10)},
			}),
			"GET /partners": patterns.ApiRoute_To(orders, &patterns.ApiRouteOptions{
				Access: patterns.ApiAccess_Authorizer(&partnerAuthorizer{}),
			}),
		},
		Cors: patterns.ApiCors_Origins(
			jsii.Strings("https://shop.example.com", "https://admin.example.com"), &patterns.ApiCorsOptions{MaxAge: awscdk.Duration_Hours(jsii.Number(1))}),
		Alarms: &patterns.FunctionApiAlarms{
			LatencyP99:      patterns.AlarmSetting_Threshold(jsii.Number(800), &patterns.AlarmSettingOptions{Period: awscdk.Duration_Minutes(jsii.Number(1))}),
			ServerErrorRate: patterns.AlarmSetting_Off(jsii.String("a trial")),
		},
	})
	api.AddRoute(jsii.String("ANY /files/{path+}"), patterns.ApiRoute_To(orders, nil))
	patterns.AlarmActions_Of(stack).None(jsii.String("a trial"))
	return stack
}
