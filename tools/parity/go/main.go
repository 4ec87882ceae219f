package main

import (
	"os"

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
		SecurityScheme: &map[string]interface{}{
			"type": "apiKey", "name": "x-partner", "in": "header",
			"x-amazon-apigateway-authtype":   "custom",
			"x-amazon-apigateway-authorizer": map[string]interface{}{"type": "token", "authorizerUri": "arn:aws:partner"},
		},
		IdentityHeaders: jsii.Strings("x-partner"),
	}
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(os.Getenv("OUT")), AnalyticsReporting: jsii.Bool(false)})
	stack := awscdk.NewStack(app, jsii.String("Parity"), nil)
	orders := awslambda.NewFunction(stack, jsii.String("Orders"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_24_X(),
		Handler: jsii.String("index.handler"),
		Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ statusCode: 200 })")),
	})
	live := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: orders.CurrentVersion()})

	api := patterns.NewFunctionApi(stack, jsii.String("Api"), &patterns.FunctionApiProps{
		Access: patterns.ApiAccess_Iam(),
		Routes: &map[string]patterns.ApiRoute{
			"POST /orders": patterns.ApiRoute_To(orders, &patterns.ApiRouteOptions{
				Body: &map[string]interface{}{
					"type":     "object",
					"required": []string{"item"},
					"properties": map[string]interface{}{
						"item":     map[string]interface{}{"type": "string"},
						"quantity": map[string]interface{}{"type": "integer", "minimum": 1},
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
	patterns.AlarmActions_Of(app).None(jsii.String("a trial"))
	app.Synth(nil)
}
