const { apis, pathsOf, PAGE, SCHEMA } = require('./apis');
const { ApiAccess, ApiCors, ApiRoute, FunctionApi } = require('cdk-serverless-patterns');

apis((stack, id, fn, routes) => new FunctionApi(stack, id, {
  access: ApiAccess.iam(),
  cors: ApiCors.origins([PAGE]),
  routes: Object.fromEntries(pathsOf(routes).map(([method, path], i) => [
    i === 0 ? `${method} /${path}` : `${method} /${path}/{id}`,
    ApiRoute.to(fn, i === 0 ? { body: SCHEMA } : {}),
  ])),
}));
