/**
 * JSON Schema of the extensions that API Gateway documents for OpenAPI, as far as this library writes them.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
const text = { type: 'string' };
const quoted = { type: 'string', pattern: '^\'[^\']*\'$' };
const closed = (properties: object, required: string[] = []) => ({ type: 'object', additionalProperties: false, properties, required });
const map = (values: object, keys = '.*') => ({ type: 'object', additionalProperties: false, patternProperties: { [keys]: values } });

const mockResponse = closed({
  statusCode: { type: 'string', pattern: '^[1-5][0-9]{2}$' },
  responseParameters: map(quoted, '^method\\.response\\.header\\.[A-Za-z-]+$'),
  responseTemplates: map(text, '^[a-z]+/[a-z+.-]+$'),
}, ['statusCode']);

/** `x-amazon-apigateway-integration` */
const integration = {
  oneOf: [
    closed({
      type: { const: 'aws_proxy' },
      httpMethod: { const: 'POST' },
      uri: { type: 'string', pattern: '^arn:[^:]+:apigateway:[^:]+:lambda:path/2015-03-31/functions/.+/invocations$' },
      timeoutInMillis: { type: 'integer', minimum: 50 },
      cacheKeyParameters: { type: 'array', items: { type: 'string', pattern: '^method\\.request\\.(path|querystring|header)\\.[A-Za-z0-9._-]+$' } },
    }, ['type', 'httpMethod', 'uri']),
    closed({
      type: { const: 'mock' },
      requestTemplates: map(text),
      contentHandling: { enum: ['CONVERT_TO_TEXT', 'CONVERT_TO_BINARY'] },
      responses: map(mockResponse),
    }, ['type', 'requestTemplates', 'responses']),
  ],
};

/** `x-amazon-apigateway-authorizer` */
const authorizer = {
  oneOf: [
    closed({
      type: { const: 'cognito_user_pools' },
      providerARNs: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^arn:' } },
      authorizerResultTtlInSeconds: { type: 'integer', minimum: 0, maximum: 3600 },
    }, ['type', 'providerARNs']),
    closed({
      type: { const: 'token' },
      authorizerUri: text,
      authorizerResultTtlInSeconds: { type: 'integer', minimum: 0, maximum: 3600 },
      identityValidationExpression: { type: 'string', format: 'regex' },
    }, ['type', 'authorizerUri']),
    closed({
      type: { const: 'request' },
      authorizerUri: text,
      authorizerResultTtlInSeconds: { type: 'integer', minimum: 0, maximum: 3600 },
      identitySource: { type: 'string', pattern: '^method\\.request\\.header\\.[A-Za-z0-9-]+(, method\\.request\\.header\\.[A-Za-z0-9-]+)*$' },
    }, ['type', 'authorizerUri']),
  ],
};

/** `x-amazon-apigateway-gateway-responses.gatewayResponse` */
const gatewayResponse = closed({
  statusCode: { const: '400' },
  responseParameters: map(quoted, '^gatewayresponse\\.header\\.[A-Za-z-]+$'),
  responseTemplates: map(text, '^application/json$'),
});

const operation = {
  type: 'object',
  required: ['responses', 'x-amazon-apigateway-integration'],
  properties: { 'x-amazon-apigateway-integration': integration },
  patternProperties: { '^x-(?!amazon-apigateway-integration$)': false },
};

export const gatewayDocumentSchema = {
  type: 'object',
  required: ['openapi', 'paths'],
  properties: {
    'x-amazon-apigateway-request-validators': map(closed({ validateRequestBody: { type: 'boolean' }, validateRequestParameters: { type: 'boolean' } })),
    'x-amazon-apigateway-request-validator': { const: 'all' },
    'x-amazon-apigateway-gateway-responses': map(gatewayResponse, '^(DEFAULT_4XX|DEFAULT_5XX|BAD_REQUEST_BODY)$'),
    'components': {
      type: 'object',
      properties: {
        schemas: { type: 'object', propertyNames: { pattern: '^[A-Za-z0-9]+$' } }, // names of models
        securitySchemes: map({
          type: 'object',
          required: ['type', 'name', 'in'],
          properties: {
            'type': { const: 'apiKey' }, // the only one that API Gateway takes for REST APIs
            'x-amazon-apigateway-authtype': { enum: ['awsSigv4', 'cognito_user_pools', 'custom'] },
            'x-amazon-apigateway-authorizer': authorizer,
          },
        }),
      },
    },
    'paths': map(map(operation, '^(get|put|post|delete|patch|head|options|x-amazon-apigateway-any-method)$'), '^/'),
  },
};
