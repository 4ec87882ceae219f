"""A path that finds nothing is a States.Runtime error, which no Catch and no Retry takes. What is there and null is present."""
import json

from ministack.services import stepfunctions

_resolve_path = stepfunctions._resolve_path
_evaluate_rule = stepfunctions._evaluate_rule
_error_matches = stepfunctions._error_matches


def resolve_path(path, data):
    value = _resolve_path(path, data)
    if value is None and not _is_there(path, data):
        raise stepfunctions._ExecutionError('States.Runtime', f"The JSONPath '{path}' could not be found in the input '{json.dumps(data)}'")
    return value


def _is_there(path, data):
    for kind, key in stepfunctions._parse_jsonpath_tokens(path) or []:
        if kind == 'field' and isinstance(data, dict) and key in data or kind == 'index' and isinstance(data, list) and key < len(data):
            data = data[key]
        else:
            return False
    return True


def evaluate_rule(rule, data, context=None):
    if 'IsPresent' not in rule:
        return _evaluate_rule(rule, data, context)
    try:
        stepfunctions._resolve_path_or_ctx(rule['Variable'], data, context)
        return rule['IsPresent']
    except stepfunctions._ExecutionError:
        return not rule['IsPresent']


def error_matches(names, error):
    return error != 'States.Runtime' and _error_matches(names, error)


stepfunctions._resolve_path = resolve_path
stepfunctions._evaluate_rule = evaluate_rule
stepfunctions._error_matches = error_matches
