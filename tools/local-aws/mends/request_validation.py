"""A body is checked by the model of its own content type only, and a refused one is told why."""
import json

from jsonschema import Draft4Validator
from ministack.services import apigateway_v1 as gateway

_check_request_validation = gateway._check_request_validation


def check_request_validation(method, api, request, headers, body, query):
    models = method.get('requestModels') or {}
    sent = (gateway._header_ci(headers, 'content-type') or 'application/json').split(';', 1)[0].strip()
    model = models.get(sent) or models.get('$default')
    error = _check_request_validation({**method, 'requestModels': {'application/json': model} if model else {}},
                                      api, request, headers, body, query)
    if getattr(error, 'response_type', None) == 'BAD_REQUEST_BODY':
        error.reason = _reason(gateway._model_schema(api, model), body)
    return error


def _reason(schema, body):
    try:
        document = json.loads(body)
    except ValueError:
        return '[the body is not JSON]'
    found = sorted(error.message for error in Draft4Validator(schema).iter_errors(document))
    return '[' + ', '.join(found) + ']'


gateway._check_request_validation = check_request_validation
