"""The policy that a topic from CloudFormation has by itself admits its own account, not everybody."""
import json

from ministack.core.responses import get_account_id
from ministack.services import sns
from ministack.services.cloudformation import provisioners

_create = provisioners._sns_create


def create(logical_id, props, stack):
    arn, attributes = _create(logical_id, props, stack)
    policy = json.loads(sns._topics[arn]['attributes']['Policy'])
    policy['Statement'][0]['Condition'] = {'StringEquals': {'AWS:SourceOwner': get_account_id()}}
    sns._topics[arn]['attributes']['Policy'] = json.dumps(policy)
    return arn, attributes


provisioners._sns_create = create
provisioners._RESOURCE_HANDLERS['AWS::SNS::Topic']['create'] = create
