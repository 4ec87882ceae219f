/** What functions need that are rolled out and scaled. */
import { create, Family, outputsOf, ref, resource } from './support';

export const functions: Family = {
  template: { Resources: { Queue: resource('AWS::SQS::Queue') } },
  probes: {
    rollout_types: async (engine) => {
      const made = await create(engine, 'Rollout', {
        Resources: {
          Application: resource('AWS::CodeDeploy::Application', { ComputePlatform: 'Lambda' }),
          Config: resource('AWS::CodeDeploy::DeploymentConfig', { ComputePlatform: 'Lambda' }),
          Group: resource('AWS::CodeDeploy::DeploymentGroup', { ApplicationName: ref('Application'), DeploymentGroupName: 'group' }),
          Target: resource('AWS::ApplicationAutoScaling::ScalableTarget', { ResourceId: 'function:fn:live' }),
          Policy: resource('AWS::ApplicationAutoScaling::ScalingPolicy', { PolicyName: 'policy', ScalingTargetId: ref('Target') }),
        },
        Outputs: outputsOf({ Group: ref('Group'), Application: ref('Application') }),
      });
      return [made?.Group === 'group', /^Rollout-Application/.test(made?.Application ?? '')];
    },
  },
};
