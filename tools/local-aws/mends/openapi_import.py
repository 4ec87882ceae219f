"""A REST API that comes as an OpenAPI 3.0 body keeps its request validators, models, parameters, mock answers, gateway responses
and ANY methods."""
import json

from ministack.services import apigateway_v1 as gateway

ANY = 'x-amazon-apigateway-any-method'
PLACES = {'query': 'querystring', 'header': 'header', 'path': 'path'}
INTEGRATION_FIELDS = ('requestParameters', 'requestTemplates', 'timeoutInMillis', 'credentials', 'cacheKeyParameters')

_import_rest_api = gateway._import_rest_api


def import_rest_api(spec, base=None):
    paths = {path: {'any' if name == ANY else name: operation for name, operation in item.items()}
             for path, item in (spec.get('paths') or {}).items()}
    api = _import_rest_api({**spec, 'paths': paths}, base)
    components = spec.get('components') or {}
    for name, schema in (components.get('schemas') or {}).items():
        gateway._create_model(api, {'name': name, 'schema': json.dumps({**schema, 'components': components})})
    for kind, response in (spec.get('x-amazon-apigateway-gateway-responses') or {}).items():
        gateway._put_gateway_response(api, kind, response)
    validators = {name: _created(gateway._create_request_validator(api, {'name': name, **settings}))['id']
                  for name, settings in (spec.get('x-amazon-apigateway-request-validators') or {}).items()}
    for path, item in paths.items():
        resource = next(id for id, record in gateway._resources[api].items() if record['path'] == path)
        for name, operation in item.items():
            if name in gateway._OPENAPI_HTTP_METHODS:
                validator = operation.get('x-amazon-apigateway-request-validator', spec.get('x-amazon-apigateway-request-validator'))
                _complete(api, resource, name.upper(), operation, validators.get(validator))
    return api


def _complete(api, resource, method, operation, validator):
    record = gateway._resources[api][resource]['resourceMethods'][method]
    record['requestValidatorId'] = validator
    record['requestParameters'] = {f"method.request.{PLACES[p['in']]}.{p['name']}": bool(p.get('required'))
                                   for p in operation.get('parameters') or []}
    content = (operation.get('requestBody') or {}).get('content') or {}
    record['requestModels'] = {kind: media['schema']['$ref'].rsplit('/', 1)[-1] for kind, media in content.items()}
    for status, response in (operation.get('responses') or {}).items():
        headers = {f'method.response.header.{name}': False for name in response.get('headers') or {}}
        gateway._put_method_response(api, resource, method, str(status), {'responseParameters': headers})
    integration = operation.get('x-amazon-apigateway-integration') or {}
    record['methodIntegration'].update(
        {field: integration[field] for field in INTEGRATION_FIELDS if field in integration},
        passthroughBehavior=integration.get('passthroughBehavior', 'when_no_match').upper(),
    )
    for pattern, response in (integration.get('responses') or {}).items():
        gateway._put_integration_response(api, resource, method, str(response['statusCode']),
                                          {**response, 'selectionPattern': '' if pattern == 'default' else pattern})


def _created(answer):
    return json.loads(answer[2])


gateway._OPENAPI_HTTP_METHODS.add('any')
gateway._import_rest_api = import_rest_api
