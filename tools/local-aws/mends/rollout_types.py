"""CloudFormation takes the resources of rollouts and of scaling, and keeps their names: nothing is moved and nothing scaled."""
from ministack.services.cloudformation import provisioners


def recorded(*names):
    def create(logical_id, props, stack):
        given = next((props[name] for name in names if props.get(name)), None)
        return given or provisioners._physical_name(stack, logical_id, max_len=64), {}

    def update(name, old, new, stack):
        return name, {}

    return {'create': create, 'update': update, 'delete': lambda name, props: None}


provisioners._RESOURCE_HANDLERS.update({
    'AWS::ApplicationAutoScaling::ScalableTarget': recorded('ResourceId'),
    'AWS::ApplicationAutoScaling::ScalingPolicy': recorded('PolicyName'),
    'AWS::CodeDeploy::Application': recorded('ApplicationName'),
    'AWS::CodeDeploy::DeploymentConfig': recorded('DeploymentConfigName'),
    'AWS::CodeDeploy::DeploymentGroup': recorded('DeploymentGroupName'),
})
