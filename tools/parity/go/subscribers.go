package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

// streamSubscriber hands over to a target of the CDK's own.
type streamSubscriber struct {
	stream awskinesis.IStream
}

func (s *streamSubscriber) Bind(_ constructs.Construct, context *patterns.SubscriptionContext) *awsevents.RuleTargetConfig {
	return awseventstargets.NewKinesisStream(s.stream, nil).Bind(context.Rule, jsii.String("Stream"))
}

// directSubscriber makes everything itself, from all that the context has.
type directSubscriber struct {
	handler awslambda.Function
}

func (s *directSubscriber) Bind(scope constructs.Construct, context *patterns.SubscriptionContext) *awsevents.RuleTargetConfig {
	awslambda.NewCfnPermission(scope, jsii.String("Invoke"), &awslambda.CfnPermissionProps{
		FunctionName: s.handler.FunctionArn(),
		Action:       jsii.String("lambda:InvokeFunction"),
		Principal:    jsii.String("events.amazonaws.com"),
		SourceArn:    context.Rule.RuleArn(),
	})
	context.DeadLetters.AllowSender(
		awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), nil),
		jsii.String("arn:aws:scheduler:eu-central-1:111122223333:schedule/default/again"))
	context.DeadLetters.GrantSend(s.handler)
	s.handler.AddEnvironment(jsii.String("DEAD_LETTERS"), context.DeadLetters.Queue().QueueUrl(), nil)
	if context.EncryptionKey != nil {
		s.handler.AddEnvironment(jsii.String("KEY"), context.EncryptionKey.KeyArn(), nil)
	}
	return &awsevents.RuleTargetConfig{Arn: s.handler.FunctionArn()}
}
