"""CloudFormation makes archives, and a replay reaches only the rules that it names."""
import json

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

_invoke_target = eventbridge._invoke_target


def create(logical_id, props, stack):
    name = props.get('ArchiveName') or provisioners._physical_name(stack, logical_id, max_len=48)
    return name, _attributes(eventbridge._create_archive({**_settings(props), 'ArchiveName': name, 'EventSourceArn': props['SourceArn']}))


def update(name, old, new, stack):
    return name, _attributes(eventbridge._update_archive({**_settings(new), 'ArchiveName': name}))


def delete(name, props):
    eventbridge._delete_archive({'ArchiveName': name})


def _settings(props):
    pattern = props.get('EventPattern') or ''
    return {'Description': props.get('Description', ''), 'RetentionDays': int(props.get('RetentionDays', 0)),
            'KmsKeyIdentifier': props.get('KmsKeyIdentifier', ''), 'EventPattern': json.dumps(pattern) if isinstance(pattern, dict) else pattern}


def _attributes(answer):
    body = json.loads(answer[2])
    if answer[0] >= 400:
        raise ValueError(f"AWS::Events::Archive: {body['message']}")
    return {'Arn': body['ArchiveArn']}


def invoke_target(target, event, rule, view=None):
    replay = eventbridge._replays.get(event.get('ReplayName')) or {}
    chosen = replay.get('Destination', {}).get('FilterArns')
    if not chosen or event.get('_DispatchPath') or rule['Arn'] in chosen:
        _invoke_target(target, event, rule, view)


provisioners._RESOURCE_HANDLERS['AWS::Events::Archive'] = {'create': create, 'update': update, 'delete': delete}
eventbridge._invoke_target = invoke_target
