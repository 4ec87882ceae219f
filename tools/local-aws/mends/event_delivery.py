"""A rule delivers what its target admits: a function, queue, topic or log group by its policy, a state machine or bus by the target's
role. What is not delivered goes to the target's dead-letter queue, if that one admits the rule. A FIFO queue deduplicates."""
import json

from ministack.core import iam_evaluator
from ministack.core.responses import new_uuid
from ministack.services import cloudwatch_logs, eventbridge, lambda_svc, sqs, stepfunctions

from mends._policies import admits, may, may_assume

EVENTS = 'events.amazonaws.com'
ACTIONS = {'lambda': ['lambda:InvokeFunction'], 'sqs': ['sqs:SendMessage'], 'sns': ['sns:Publish'], 'states': ['states:StartExecution'],
           'events': ['events:PutEvents'], 'logs': ['logs:CreateLogStream', 'logs:PutLogEvents']}

_invoke_target = eventbridge._invoke_target


def invoke_target(target, event, rule, view=None):
    if ':rule/' not in rule['Arn']:  # a schedule's
        return _invoke_target(target, event, rule, view)
    view = view or eventbridge._pattern_event_view(event)
    refused = _refusal(target, rule['Arn'])
    if refused:
        _bury(target, rule['Arn'], view, *refused)
    elif _kind(target['Arn']) == 'logs':
        _log(_log_group(target['Arn']), view)
    else:
        _invoke_target(target, event, rule, view)


def dispatch_to_sqs(spec, payload, parameters=None):
    _send(str(spec), payload, MessageGroupId=(parameters or {}).get('MessageGroupId'))


def _refusal(target, rule):
    """Why the target is not called: code and message of its dead letter, or None."""
    arn, role = target['Arn'], target.get('RoleArn')
    kind = _kind(arn)
    if kind not in ACTIONS:
        return None
    policies = _policies(kind, arn)
    if policies is None:
        return 'NO_RESOURCE', f'{arn} does not exist'
    if kind in ('states', 'events'):
        if not role or not may_assume(EVENTS, role, rule):
            return 'FAILED_TO_ASSUME_ROLE', f'{EVENTS} cannot assume {role}'
        missing = [action for action in ACTIONS[kind] if not may(role, action, arn)]
    else:
        resource = f"{arn.removesuffix(':*')}:log-stream:events" if kind == 'logs' else arn
        missing = [action for action in ACTIONS[kind] if not any(admits(policy, EVENTS, action, resource, rule) for policy in policies)]
    return ('NO_PERMISSIONS', f'{missing[0]} on {arn} is not allowed') if missing else None


def _kind(arn):
    return 'api-destination' if ':api-destination/' in arn else arn.split(':')[2]


def _policies(kind, arn):
    """The policies of a target, none where its role is asked; None if there is no such target."""
    if kind == 'events':
        return [] if arn.split('/', 1)[1] in eventbridge._event_buses else None
    if kind == 'states':
        return [] if stepfunctions._resolve_state_machine_arn(arn) else None
    if kind == 'logs':
        records = [*cloudwatch_logs._resource_policies.values(), cloudwatch_logs._log_group_policies.get(_log_group(arn)) or {}]
        return [record.get('policyDocument') for record in records] if _log_group(arn) in cloudwatch_logs._log_groups else None
    if kind == 'lambda' and not lambda_svc._get_func_record_for_ref(arn)[0]:
        return None
    found = iam_evaluator._resource_policy(kind, arn)
    return found and [found[0]]


def _bury(target, rule, view, code, message):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"""
    queue = (target.get('DeadLetterConfig') or {}).get('Arn')
    found = iam_evaluator._resource_policy('sqs', queue) if queue else None
    if found and admits(found[0], EVENTS, 'sqs:SendMessage', queue, rule):
        attributes = {'RULE_ARN': rule, 'TARGET_ARN': target['Arn'], 'ERROR_CODE': code, 'ERROR_MESSAGE': message}
        _send(queue, json.dumps(view.event_with_detail()), MessageAttributes={
            name: {'DataType': 'String', 'StringValue': value} for name, value in attributes.items()})


def _send(queue, body, **parameters):
    sqs._act_send_message({'QueueUrl': sqs._queue_by_arn(queue)['url'], 'MessageBody': body, **parameters}, '')


def _log_group(arn):
    return arn.split(':log-group:')[1].removesuffix(':*')


def _log(group, view):
    stream = {'logGroupName': group, 'logStreamName': new_uuid()}
    cloudwatch_logs._create_log_stream(stream)
    cloudwatch_logs._put_log_events({**stream, 'logEvents': [{'message': json.dumps(view.event_with_detail())}]})


eventbridge._invoke_target = invoke_target
eventbridge._dispatch_to_sqs = dispatch_to_sqs
