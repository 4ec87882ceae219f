"""A rule invokes a function asynchronously. A failing one is called again as often as the settings of its qualifier say, then the record
goes to the queue of its failures, if the function's role may send there. The waits between are short."""
import json
import threading
import time
from datetime import datetime, timezone

from ministack.core.arn import parse_arn
from ministack.core.concurrency import spawn_background
from ministack.core.responses import new_uuid
from ministack.services import eventbridge, lambda_svc

from mends._policies import may

MINUTE = 0.2  # seconds
at_once = threading.Semaphore(8)  # each is a process


def dispatch_to_lambda(arn, payload):
    record, config, _ = lambda_svc._get_func_record_for_ref(arn)
    invoke_async({**record, 'config': {**config, 'FunctionArn': arn}}, json.loads(payload))


def invoke_async(function, event):
    spawn_background(_invoke, function, event)


def _invoke(function, event):
    config = function['config']
    name, qualifier = lambda_svc._lambda_function_name_and_qualifier_from_arn(config['FunctionArn'])
    all_settings = lambda_svc._functions[name].get('event_invoke_configs') or {}
    settings = all_settings.get(qualifier or '$LATEST') or all_settings.get(qualifier or '') or {}
    attempts = int(settings.get('MaximumRetryAttempts', 2)) + 1
    for attempt in range(attempts):
        time.sleep(attempt * MINUTE)
        with at_once:
            result = lambda_svc._execute_function(function, event)
        if not result.get('error'):
            return
    destination = ((settings.get('DestinationConfig') or {}).get('OnFailure') or {}).get('Destination', '')
    if destination.startswith('arn:aws:sqs:'):
        if may(config['Role'], 'sqs:SendMessage', destination):
            eventbridge._dispatch_to_sqs(parse_arn(destination), json.dumps(_record(config, qualifier, event, attempts, result)))
    elif destination or config.get('DeadLetterConfig'):
        lambda_svc._route_async_failure(destination or config['DeadLetterConfig']['TargetArn'], name, event, result)


def _record(config, qualifier, event, attempts, result):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    return {
        'version': '1.0',
        'timestamp': datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z'),
        'requestContext': {
            'requestId': new_uuid(),
            'functionArn': config['FunctionArn'] + ('' if qualifier else ':$LATEST'),
            'condition': 'RetriesExhausted',
            'approximateInvokeCount': attempts,
        },
        'requestPayload': event,
        'responseContext': {'statusCode': 200, 'executedVersion': config.get('Version', '$LATEST'), 'functionError': 'Unhandled'},
        'responsePayload': result.get('body'),
    }


eventbridge._dispatch_to_lambda = dispatch_to_lambda
lambda_svc.invoke_async_with_retry = invoke_async
