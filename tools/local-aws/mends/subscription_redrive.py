"""What a topic cannot deliver to a queue goes to the subscription's dead-letter queue, if that one admits the topic."""
import json

from ministack.core.responses import get_account_id
from ministack.services import sns, sqs

_deliver_to_sqs = sns._deliver_to_sqs


def deliver_to_sqs(endpoint, *message, topic_arn='', **attributes):
    if not sqs.queue_policy_allows(endpoint, 'sns.amazonaws.com', topic_arn, get_account_id()):
        subscriptions = sns._topic_by_arn_any_scope(topic_arn)['subscriptions']
        redrive = next(each['attributes'].get('RedrivePolicy') for each in subscriptions if each['endpoint'] == endpoint)
        endpoint = json.loads(redrive or '{}').get('deadLetterTargetArn', endpoint)
    _deliver_to_sqs(endpoint, *message, topic_arn=topic_arn, **attributes)


sns._deliver_to_sqs = deliver_to_sqs
