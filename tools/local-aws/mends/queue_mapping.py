"""A queue is read for a function only while the function's role may, and what the filter drops is not delivered again with a failed batch."""
from ministack.services import lambda_svc, sqs

from mends._policies import may

_concurrency = lambda_svc._sqs_esm_concurrency
_apply_filter_criteria = lambda_svc._apply_filter_criteria


def concurrency(mapping, function, config, queue=None):
    needed = ('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes')
    permitted = all(may(config['Role'], action, mapping['EventSourceArn']) for action in needed)
    return _concurrency(mapping, function, config, queue) if permitted else 0


def apply_filter_criteria(records, mapping):
    kept = _apply_filter_criteria(records, mapping)
    if kept and ':sqs:' in mapping['EventSourceArn']:
        dropped = {record['receiptHandle'] for record in records} - {record['receiptHandle'] for record in kept}
        sqs._delete_messages_for_esm(sqs._queue_by_arn(mapping['EventSourceArn'])['url'], dropped)
    return kept


lambda_svc._sqs_esm_concurrency = concurrency
lambda_svc._apply_filter_criteria = apply_filter_criteria
