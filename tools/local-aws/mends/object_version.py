"""What S3 tells EventBridge of an object in a bucket with versions names the version."""
import contextvars
import json

from ministack.services import eventbridge, s3

_fire_s3_event = s3._fire_s3_event
_dispatch_event = eventbridge._dispatch_event
_version = contextvars.ContextVar('version', default=None)


def fire_s3_event(*event, version_id=None, **more):
    _version.set(version_id)
    _fire_s3_event(*event, version_id=version_id, **more)


def dispatch_event(event, *more, **options):
    version = _version.get()
    if version and event['Source'] == 'aws.s3':
        _version.set(None)
        detail = json.loads(event['Detail'])
        detail['object']['version-id'] = version
        event = {**event, 'Detail': json.dumps(detail)}
    return _dispatch_event(event, *more, **options)


s3._fire_s3_event = fire_s3_event
eventbridge._dispatch_event = dispatch_event
