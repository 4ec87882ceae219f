"""A schedule calls its target only if Scheduler may assume the role for the schedule's group, and that role may; what is not delivered goes to the
dead-letter queue that the role may write to. The target's input has the schedule's own values in place of their names."""
from datetime import datetime, timezone

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, sqs, stepfunctions

from mends._policies import may, may_assume

SCHEDULER = 'scheduler.amazonaws.com'
ACTIONS = {'lambda': 'lambda:InvokeFunction', 'sqs': 'sqs:SendMessage', 'sns': 'sns:Publish', 'states': 'states:StartExecution', 'events': 'events:PutEvents'}

_invoke_target = eventbridge._invoke_target


def invoke_target(target, event, source, view=None):
    if ':schedule/' not in source['Arn']:
        return _invoke_target(target, event, source, view)
    at = datetime.fromtimestamp(event['Time'], timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    target = {**target, 'Input': _with_values(target.get('Input', '{}'), source['Arn'], event['EventId'], at)}
    refused = _refusal(target['Arn'], target['RoleArn'], source)
    if refused:
        _bury(target, source, at, *refused)
    else:
        _invoke_target(target, event, source, view)


def _with_values(text, schedule, execution, at):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html"""
    values = {'schedule-arn': schedule, 'scheduled-time': at, 'execution-id': execution, 'attempt-number': '1'}
    for name, value in values.items():
        text = text.replace(f'<aws.scheduler.{name}>', value)
    return text


def _refusal(arn, role, schedule):
    """Why the target is not called: code and message of its dead letter, or None."""
    service = arn.split(':')[2]
    group = f"arn:aws:scheduler:{get_region()}:{get_account_id()}:schedule-group/{schedule['GroupName']}"
    if not may_assume(SCHEDULER, role, group):
        return 'AccessDeniedException', f'{SCHEDULER} cannot assume {role}'
    if service in ACTIONS and not may(role, ACTIONS[service], arn):
        return 'AccessDeniedException', f'{role} is not authorized to perform: {ACTIONS[service]} on resource: {arn}'
    if service == 'states' and stepfunctions._resolve_state_machine_arn(arn) is None:
        return 'StateMachineDoesNotExist', f'{arn} does not exist'
    return None


def _bury(target, schedule, at, code, message):
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html"""
    queue = (target.get('DeadLetterConfig') or {}).get('Arn')
    if queue and may(target['RoleArn'], 'sqs:SendMessage', queue):
        attributes = {'SCHEDULE_ARN': schedule['Arn'], 'TARGET_ARN': target['Arn'], 'SCHEDULED_TIME': at, 'ERROR_CODE': code, 'ERROR_MESSAGE': message}
        sqs._act_send_message({'QueueUrl': sqs._queue_by_arn(queue)['url'], 'MessageBody': target['Input'], 'MessageAttributes': {
            name: {'DataType': 'String', 'StringValue': value} for name, value in attributes.items()}}, '')


eventbridge._invoke_target = invoke_target
