module parity

go 1.25.0

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.257.0
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns v0.0.0
)

require (
	github.com/Masterminds/semver/v3 v3.5.0 // indirect
	github.com/cdklabs/awscdk-asset-awscli-go/awscliv1/v2 v2.2.273 // indirect
	github.com/cdklabs/awscdk-asset-node-proxy-agent-go/nodeproxyagentv6/v2 v2.1.3 // indirect
	github.com/cdklabs/cloud-assembly-schema-go/awscdkcloudassemblyschema/v53 v53.28.0 // indirect
)

// nothing of these two is needed to synthesize: one is generated here, the other is any version
replace (
	github.com/cdklabs/awscdk-asset-node-proxy-agent-go/nodeproxyagentv6/v2 => github.com/cdklabs/awscdk-asset-node-proxy-agent-go/nodeproxyagentv6/v2 v2.1.1
	github.com/cdklabs/cloud-assembly-schema-go/awscdkcloudassemblyschema/v53 => ../../../dist/code/go/awscdkcloudassemblyschema
)

replace github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns => ../../../dist/code/go/patterns
