"""The error of a Node.js function is reported as AWS's runtime does: its own name, message and trace, and the process stays for the next call.
One that exits is a Runtime.ExitError; a timeout says of which request."""
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_execute_function_warm = lambda_svc._execute_function_warm

# what the worker answers is kept apart from what handlers return by this name
FAILURE = 'local-aws:failure'
# https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/Errors.js
FAILED = '''
const failed = (error) => {
  const isError = error instanceof Error || [error?.name, error?.message, error?.stack].every((text) => text && typeof text === "string");
  return { status: "ok", result: { "%s": isError
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack.split("\\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] } } };
};
''' % FAILURE
THROWN = '''{
            status: "error", error: String(err.message || err), trace: err.stack || ""
          }'''
THROWN_AT_ONCE = '''{
        status: "error", error: e.message, trace: e.stack
      }'''
# a rejection without a reason is none to the worker
REJECTED = ('err => settle(err)', 'err => settle(err || Object(err))')


def execute_function_warm(function, event, request_id):
    result = _execute_function_warm(function, event, request_id)
    body = result.get('body')
    if not isinstance(body, dict):
        return result
    if FAILURE in body:
        failure = body[FAILURE]
        return {'error': True, 'body': failure, 'log': '\n'.join([*filter(None, [result['log']]), *failure['trace']])}
    if body.get('errorType') == 'Sandbox.Timedout':
        body['errorMessage'] = f"RequestId: {request_id} Error: {body['errorMessage']}"
    elif result.get('error') and body.get('errorMessage') == 'Worker process died':
        body.update(errorType='Runtime.ExitError', errorMessage=f'RequestId: {request_id} Error: Runtime exited with error: exit status 1')
    return result


lambda_runtime._NODEJS_WORKER_SCRIPT = FAILED + (
    lambda_runtime._NODEJS_WORKER_SCRIPT.replace(THROWN, 'failed(err)').replace(THROWN_AT_ONCE, 'failed(e)').replace(*REJECTED))
lambda_svc._execute_function_warm = execute_function_warm
