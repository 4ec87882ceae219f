"""Asks policies, as AWS does, whether a service may act for a resource of its own, the source."""
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam


def admits(policy, service, action, resource, source):
    """Whether the policy of a resource lets the service act on it."""
    context = _context(action, resource, {'aws:sourcearn': source, 'aws:sourceaccount': source.split(':')[4]})
    return iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == 'Allow'


def may_assume(service, role, source):
    """Whether the role lets the service take it on."""
    record = iam._roles.get_scoped(get_account_id(), None, _name(role))
    return record is not None and admits(record['AssumeRolePolicyDocument'], service, 'sts:AssumeRole', role, source)


def may(role, action, resource, keys=None):
    """Whether the policies of the role allow it."""
    policies = iam_evaluator._gather_role_policies(_name(role), get_account_id())
    return iam_evaluator.evaluate(_context(action, resource, keys), policies).decision == 'Allow'


def _name(role):
    return role.rsplit('/', 1)[-1]


def _context(action, resource, keys=None):
    return iam_evaluator.EvalContext(principal_arn='', principal_type='Service', principal_account='', action=action, resource_arn=resource,
                                     region=get_region(), service_context=keys or {})
