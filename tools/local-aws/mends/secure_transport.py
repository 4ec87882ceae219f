"""Every call counts as made over TLS, as those of the SDK and of services are: policies that deny plain HTTP would shut out all."""
from ministack.core import iam_evaluator

_resolve_condition_key = iam_evaluator._resolve_condition_key


def resolve_condition_key(key, context):
    return 'true' if key.lower() == 'aws:securetransport' else _resolve_condition_key(key, context)


iam_evaluator._resolve_condition_key = resolve_condition_key
