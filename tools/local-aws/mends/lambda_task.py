"""A task whose function is throttled fails with Lambda's name for it, and text that a function returns stays text."""
import json

from ministack.services import lambda_svc, stepfunctions

_call_lambda = stepfunctions._call_lambda


def call_lambda(reference, event):
    function, config, _ = lambda_svc._get_func_record_for_ref(reference)
    if not config:
        return _call_lambda(reference, event)  # has the error for it
    result = lambda_svc._execute_function_with_config_scope(lambda_svc._execution_record_for_config(function, config), event)
    body = result.get('body')
    if result.get('throttle'):
        raise stepfunctions._ExecutionError('Lambda.TooManyRequestsException', f"{body['message']} (Service: Lambda, Status Code: 429)")
    if result.get('error'):
        raise stepfunctions._ExecutionError(body['errorType'], json.dumps(body))
    return body


stepfunctions._call_lambda = call_lambda
