// The same guarantees with plain L2 constructs, as someone who knows them would write it.
const { Duration } = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const cloudwatch = require('aws-cdk-lib/aws-cloudwatch');
const { apis, pathsOf, PAGE, SCHEMA } = require('./apis');

exports.addRoutes = (api, id, fn, routes) => {
  const integration = new apigateway.LambdaIntegration(fn, { scopePermissionToMethod: false });
  const requestValidator = new apigateway.RequestValidator(api, 'Validator', { restApi: api, validateRequestBody: true, validateRequestParameters: true });
  pathsOf(routes).forEach(([method, path], i) => {
    const resource = api.root.addResource(path);
    const options = { authorizationType: apigateway.AuthorizationType.IAM };
    if (i > 0) resource.addResource('{id}').addMethod(method, integration, options);
    else {
      const model = new apigateway.Model(api, 'Order', { restApi: api, contentType: 'application/json', schema: SCHEMA });
      resource.addMethod(method, integration, { ...options, requestValidator, requestModels: { '$default': model } });
    }
  });
  const responseHeaders = { 'Access-Control-Allow-Origin': `'${PAGE}'` };
  api.addGatewayResponse('ClientErrors', { type: apigateway.ResponseType.DEFAULT_4XX, responseHeaders });
  api.addGatewayResponse('ServerErrors', { type: apigateway.ResponseType.DEFAULT_5XX, responseHeaders });
  api.addGatewayResponse('BadBody', {
    type: apigateway.ResponseType.BAD_REQUEST_BODY,
    responseHeaders,
    templates: { 'application/json': '{"message":$context.error.messageString,"reason":"$context.error.validationErrorString"}' },
  });
  new cloudwatch.Alarm(api, 'Alarm', {
    metric: api.metricServerError({ statistic: 'Average', period: Duration.minutes(5) }),
    threshold: 0.01,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
};

exports.apiProps = (id) => ({
  restApiName: id,
  cloudWatchRole: false,
  endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
  deployOptions: { tracingEnabled: true, throttlingRateLimit: 1000, throttlingBurstLimit: 2000 },
  defaultCorsPreflightOptions: { allowOrigins: [PAGE], allowHeaders: ['Authorization', 'Content-Type'] },
});

if (require.main === module) {
  apis((stack, id, fn, routes) => exports.addRoutes(new apigateway.RestApi(stack, id, exports.apiProps(id)), id, fn, routes));
}
