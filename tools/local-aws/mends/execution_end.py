"""An execution that is stopped, or that runs longer than the TimeoutSeconds of its state machine, ends there: it calls nothing any more, and its
status stays."""
import contextvars
import json
import threading

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

_run_execution = stepfunctions._run_execution
_fail_execution = stepfunctions._fail_execution
_add_event = stepfunctions._add_event


class Ended(Exception):
    pass


def run_execution(arn):
    execution = stepfunctions._executions.get(arn)
    machine = execution and stepfunctions._state_machines.get(execution['stateMachineArn'])
    seconds = json.loads(machine['definition']).get('TimeoutSeconds') if machine else None
    if not seconds:
        return _run_execution(arn)
    timer = threading.Timer(seconds, contextvars.copy_context().run, [_time_out, execution])
    timer.daemon = True
    timer.start()
    try:
        _run_execution(arn)
    finally:
        timer.cancel()


def _time_out(execution):
    if execution['status'] == 'RUNNING':
        execution.update(status='TIMED_OUT', stopDate=now_iso())
        _add_event(execution, 'ExecutionTimedOut', {'executionTimedOutEventDetails': {}})
        stepfunctions._emit_execution_status_event(execution)


def fail_execution(execution, error, cause):
    if execution['status'] == 'RUNNING':
        _fail_execution(execution, error, cause)


def add_event(execution, kind, details=None):
    if execution.get('status', 'RUNNING') != 'RUNNING' and not kind.startswith('Execution'):
        raise Ended
    return _add_event(execution, kind, details)


stepfunctions._run_execution = run_execution
stepfunctions._fail_execution = fail_execution
stepfunctions._add_event = add_event
