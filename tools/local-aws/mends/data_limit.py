"""The result of a task has at most 256 KiB. A larger one is a States.DataLimitExceeded error, which `States.ALL` does not take."""
import json

from ministack.services import stepfunctions

_invoke_resource = stepfunctions._invoke_resource
_error_matches = stepfunctions._error_matches

ERROR = 'States.DataLimitExceeded'
LARGEST_RESULT = 262144


def invoke_resource(resource, data):
    result = _invoke_resource(resource, data)
    if len(json.dumps(result, ensure_ascii=False).encode(errors='replace')) > LARGEST_RESULT:
        raise stepfunctions._ExecutionError(ERROR, 'The task returned a result with a size exceeding the maximum number of bytes service limit.')
    return result


def error_matches(names, error):
    return ERROR in names if error == ERROR else _error_matches(names, error)


stepfunctions._invoke_resource = invoke_resource
stepfunctions._error_matches = error_matches
