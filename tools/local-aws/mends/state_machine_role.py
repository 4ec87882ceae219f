"""A task calls a function, queue, topic, table or metric only if Step Functions may assume the role of its state machine, and that role may.
A function, version or alias is judged by its own ARN."""
import contextvars

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from mends._policies import may, may_assume

_run_execution = stepfunctions._run_execution
_invoke_resource = stepfunctions._invoke_resource

current = contextvars.ContextVar('machine', default=None)

# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html; AWS reports a refusal by its general error of the service
REFUSALS = {'lambda': 'Lambda.AWSLambdaException', 'sqs': 'SQS.AmazonSQSException', 'sns': 'SNS.AmazonSNSException',
            'dynamodb': 'DynamoDB.AmazonDynamoDBException', 'cloudwatch': 'CloudWatch.CloudWatchException'}


def run_execution(arn):
    execution = stepfunctions._executions.get(arn)
    machine = execution and stepfunctions._state_machines.get(execution['stateMachineArn'])
    token = current.set(machine)
    try:
        _run_execution(arn)
    finally:
        current.reset(token)


def invoke_resource(resource, data):
    action, target, keys = _needed(resource, data)
    machine = current.get()
    if action and machine:
        role = machine['roleArn']
        if not (may_assume('states.amazonaws.com', role, machine['stateMachineArn']) and may(role, action, target, keys)):
            raise stepfunctions._ExecutionError(REFUSALS[action.split(':')[0]], f'{role} is not authorized to perform: {action} on resource: {target}')
    return _invoke_resource(resource, data)


def _needed(resource, data):
    """The action, resource and condition keys of a task; no action if it is none of those above."""
    task = resource.removeprefix('arn:aws:states:::')
    if task == 'lambda:invoke' or ':function:' in task:
        return 'lambda:InvokeFunction', _arn('lambda', 'function:', data['FunctionName'] if task == 'lambda:invoke' else resource), {}
    if task == 'sqs:sendMessage':
        return 'sqs:SendMessage', _arn('sqs', '', data['QueueUrl'].rsplit('/', 1)[1]), {}
    if task == 'sns:publish':
        return 'sns:Publish', data['TopicArn'], {}
    if task.startswith('dynamodb:'):
        return f"dynamodb:{task[9].upper()}{task[10:]}", _arn('dynamodb', 'table/', data['TableName']), {}
    if task == 'aws-sdk:cloudwatch:putMetricData':
        return 'cloudwatch:PutMetricData', '*', {'cloudwatch:namespace': data['Namespace']}
    return None, None, None


def _arn(service, kind, name):
    return name if name.startswith('arn:') else f'arn:aws:{service}:{get_region()}:{get_account_id()}:{kind}{name}'


stepfunctions._run_execution = run_execution
stepfunctions._invoke_resource = invoke_resource
