"""PartiQL is judged statement by statement, as what it does to its table: `dynamodb:PartiQLDelete` and its like."""
import json
import re

from ministack.core import iam_actions

_transaction_checks = iam_actions.dynamodb_transaction_checks

STATEMENTS = {'dynamodb:ExecuteStatement': None, 'dynamodb:BatchExecuteStatement': 'Statements', 'dynamodb:ExecuteTransaction': 'TransactStatements'}
TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([\w.-]+)"?(?:\."?([\w.-]+)"?)?', re.I)


def transaction_checks(action, body, region, account):
    if action not in STATEMENTS:
        return _transaction_checks(action, body, region, account)
    request = json.loads(body or b'{}')
    many = STATEMENTS[action]
    checks = {_check(each['Statement'], f'arn:aws:dynamodb:{region}:{account}:table') for each in (request.get(many) or [] if many else [request])}
    return sorted(checks)


def _check(statement, tables):
    verb = statement.split(None, 1)[0].capitalize()
    table, index = TABLE.search(statement).groups()
    return f'dynamodb:PartiQL{verb}', f'{tables}/{table}' + (f'/index/{index}' if index else '')


iam_actions.dynamodb_transaction_checks = transaction_checks
