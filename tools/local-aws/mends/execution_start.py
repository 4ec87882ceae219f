"""Started again with the same name and input, a running execution is given back. Names and inputs that AWS refuses are refused."""
import json
import re

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

_start_execution = stepfunctions._start_execution

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
NAME = re.compile(r'[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]{1,80}')
LARGEST_INPUT = 262144


def start_execution(data):
    name, text = data.get('name'), data.get('input', '{}')
    if name is not None and not NAME.fullmatch(name):
        return error_response_json('InvalidName', f"Invalid Name: '{name}'", 400)
    if len(text.encode(errors='replace')) > LARGEST_INPUT:
        return error_response_json('ValidationException', "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                                   f'Member must have length less than or equal to {LARGEST_INPUT}', 400)
    try:
        json.loads(text)
    except ValueError as error:
        return error_response_json('InvalidExecutionInput', f"Invalid State Machine Execution Input: '{error}'", 400)
    machine = stepfunctions._resolve_state_machine_arn(data['stateMachineArn'])
    for execution in stepfunctions._executions.values():
        same = (execution['stateMachineArn'], execution['name'], execution['input']) == (machine, name, text)
        if same and execution['status'] == 'RUNNING':
            return json_response({'executionArn': execution['executionArn'], 'startDate': execution['startDate']})
    return _start_execution(data)


stepfunctions._start_execution = start_execution
