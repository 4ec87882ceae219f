"""A bus from CloudFormation keeps its key, dead-letter queue and log settings, and its policy, which is asked."""
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

_bus_create = provisioners._eb_event_bus_create
_bus_update = provisioners._eb_event_bus_update


def bus_create(logical_id, props, stack):
    return _kept(_bus_create(logical_id, props, stack), props)


def bus_update(name, old, new, stack):
    return _kept(_bus_update(name, old, new, stack), new)


def _kept(made, props):
    bus = eventbridge._event_buses[made[0]]
    for field in ('KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig'):
        bus.pop(field, None)
        bus.update({field: props[field]} if field in props else {})
    return made


def policy_create(logical_id, props, stack):
    bus, sid = props.get('EventBusName', 'default'), props['StatementId']
    eventbridge._put_permission({'EventBusName': bus, 'StatementId': sid})
    statement = next(statement for statement in eventbridge._event_bus_policies[bus]['Statement'] if statement['Sid'] == sid)
    statement.update(props['Statement'])
    return f'{bus}|{sid}', {}


def policy_update(id, old, new, stack):
    policy_delete(id, old)
    return policy_create(None, new, stack)


def policy_delete(id, props):
    bus, sid = id.split('|')
    eventbridge._remove_permission({'EventBusName': bus, 'StatementId': sid})


def bus_policy_for_arn(arn):
    policy = eventbridge._event_bus_policies.get(arn.partition(':event-bus/')[2])
    return policy and (policy, get_account_id())


provisioners._RESOURCE_HANDLERS['AWS::Events::EventBus'].update(create=bus_create, update=bus_update)
provisioners._RESOURCE_HANDLERS['AWS::Events::EventBusPolicy'] = {'create': policy_create, 'update': policy_update, 'delete': policy_delete}
eventbridge.bus_policy_for_arn = bus_policy_for_arn
iam_evaluator._RESOURCE_POLICY_LOOKUPS['events'] = ('eventbridge', 'bus_policy_for_arn')
