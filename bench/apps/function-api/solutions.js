// The same with AWS Solutions Constructs, which makes the API; routes, validation, error answers and alarm are added to it.
const { ApiGatewayToLambda } = require('@aws-solutions-constructs/aws-apigateway-lambda');
const { addRoutes, apiProps } = require('./by-hand');
const { apis } = require('./apis');

apis((stack, id, fn, routes) => {
  const { apiGateway } = new ApiGatewayToLambda(stack, id, {
    existingLambdaObj: fn,
    createUsagePlan: false,
    apiGatewayProps: { ...apiProps(id), proxy: false },
  });
  addRoutes(apiGateway, id, fn, routes);
});
