"""Answers that API Gateway makes itself: a mock's template is Velocity, a malformed or failed function answer is a 502 gateway
response, and $context.error.validationErrorString is filled in."""
import contextvars
import json
import re

from airspeed import Template
from ministack.services import apigateway_v1 as gateway

_execute_in_scope = gateway._execute_in_scope
_invoke_mock = gateway._invoke_mock_v1
_invoke_lambda_proxy = gateway._invoke_lambda_proxy_v1
_lambda_proxy_response = gateway._lambda_proxy_response
_gateway_error_response = gateway._gateway_error_response

current = contextvars.ContextVar('request')


class MalformedAnswer(Exception):
    pass


async def execute_in_scope(request, api, stage, method, path, headers, body, query, *owner):
    token = current.set((headers, query))
    try:
        return await _execute_in_scope(request, api, stage, method, path, headers, body, query, *owner)
    finally:
        current.reset(token)


# airspeed sets plain variables only
OVERRIDE = re.compile(r'#set\(\$context\.responseOverride\.header\.([\w-]+)\s*=\s*(\$\w+|"[^"]*")\)')


class Override:
    def __init__(self):
        self.headers = {}

    def header(self, name, value):
        self.headers[name] = value
        return ''


class Input:
    def __init__(self, headers, query):
        self.header, self.querystring = headers or {}, {name: values[0] for name, values in (query or {}).items()}

    def params(self):
        return self


def invoke_mock(integration):
    status, headers, body = _invoke_mock(integration)
    override = Override()
    template = OVERRIDE.sub(r'$override.header("\1", \2)', body.decode())
    body = Template(template).merge({'input': Input(*current.get()), 'override': override}).encode()
    return status, {**headers, **override.headers}, b'' if status == 204 else body


def lambda_proxy_response(result):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format"""
    answer, error = _lambda_proxy_response(result)
    payload = result.get('body')
    if isinstance(payload, (str, bytes)) and not result.get('throttle'):
        try:
            payload = json.loads(payload)
        except ValueError:
            payload = None
    well_formed = isinstance(payload, dict) and str(payload.get('statusCode', '')).isdigit() and isinstance(payload.get('body') or '', str)
    if error or not (well_formed or result.get('throttle')):
        raise MalformedAnswer
    return answer, None


async def invoke_lambda_proxy(*args, **kwargs):
    try:
        return await _invoke_lambda_proxy(*args, **kwargs)
    except MalformedAnswer:
        error = gateway._gw_error('DEFAULT_5XX', 'Internal server error')
        error.status = 502
        return error


def gateway_error_response(error, request):
    status, headers, body = _gateway_error_response(error, request)
    reason = json.dumps(getattr(error, 'reason', ''))[1:-1]
    return getattr(error, 'status', status), headers, body.replace(b'$context.error.validationErrorString', reason.encode())


gateway._execute_in_scope = execute_in_scope
gateway._invoke_mock_v1 = invoke_mock
gateway._lambda_proxy_response = lambda_proxy_response
gateway._invoke_lambda_proxy_v1 = invoke_lambda_proxy
gateway._gateway_error_response = gateway_error_response
