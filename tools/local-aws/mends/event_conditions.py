"""PutEvents is judged by what it publishes: the condition keys events:source and events:detail-type."""
import json

from ministack.core import iam_actions

_request_tag_context = iam_actions.request_tag_context


def request_tag_context(service, iam_action, body, params):
    context = _request_tag_context(service, iam_action, body, params)
    if iam_action != 'events:PutEvents':
        return context
    entries = json.loads(body)['Entries']
    return {**context, 'events:source': [entry['Source'] for entry in entries], 'events:detail-type': [entry['DetailType'] for entry in entries]}


iam_actions.request_tag_context = request_tag_context
