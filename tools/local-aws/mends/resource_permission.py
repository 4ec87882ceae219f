"""API Gateway calls a function, as proxy or as authorizer, only when the function's policy lets this API do so."""
from ministack.services import apigateway_v1 as gateway, lambda_svc

from mends._policies import admits

_invoke_lambda_proxy = gateway._invoke_lambda_proxy_v1
_invoke_authorizer = gateway._invoke_authorizer_lambda


def _allowed(uri, source, account, region):
    function = gateway._extract_lambda_ref_from_integration_uri(uri)
    # the policy of an alias is kept with the function's, each statement under its own ARN
    unqualified = ':'.join(function.split(':')[:7])
    record, _, _ = lambda_svc._get_func_record_for_ref_in_scope(unqualified, account_id=account, region=region)
    if not record:
        return True  # the engine has its own answer for a function that is not there
    policy = record.get('policy') or record.get('Policy')
    return admits(policy, 'apigateway.amazonaws.com', 'lambda:InvokeFunction', function, source)


async def invoke_lambda_proxy(integration, api, stage_name, stage, resource, path, method, *args, owner_account_id, owner_region, **kwargs):
    source = f"arn:aws:execute-api:{owner_region}:{owner_account_id}:{api}/{stage_name}/{method}{resource['path']}"
    if not integration.get('credentials') and not _allowed(integration.get('uri', ''), source, owner_account_id, owner_region):
        return gateway._gw_error('API_CONFIGURATION_ERROR', 'Internal server error')
    return await _invoke_lambda_proxy(integration, api, stage_name, stage, resource, path, method, *args,
                                      owner_account_id=owner_account_id, owner_region=owner_region, **kwargs)


async def invoke_authorizer(authorizer, event, account, region):
    api = event['methodArn'].split(':')[5].split('/')[0]
    source = f"arn:aws:execute-api:{region}:{account}:{api}/authorizers/{authorizer['id']}"
    if not authorizer.get('authorizerCredentials') and not _allowed(authorizer.get('authorizerUri', ''), source, account, region):
        return None
    return await _invoke_authorizer(authorizer, event, account, region)


gateway._invoke_lambda_proxy_v1 = invoke_lambda_proxy
gateway._invoke_authorizer_lambda = invoke_authorizer
