import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { ApiDomain } from './api-domain';

/** Serves an API under its domain. */
export function serveUnder(
  scope: Construct,
  domain: ApiDomain,
  api: apigateway.SpecRestApi,
  endpointType?: apigateway.EndpointType,
): apigateway.IDomainName {
  const domainName = domain._existing ?? makeDomain(scope, domain, endpointType);
  new apigateway.BasePathMapping(scope, 'BasePath', { domainName, restApi: api, basePath: domain._options.basePath, stage: api.deploymentStage });
  return domainName;
}

function makeDomain(scope: Construct, domain: ApiDomain, endpointType?: apigateway.EndpointType): apigateway.DomainName {
  const { hostedZone, securityPolicy, trustStore, trustStoreKey } = domain._options;
  const name = new apigateway.DomainName(scope, 'Domain', {
    domainName: domain._domainName,
    certificate: domain._certificate!,
    endpointType: endpointType ?? apigateway.EndpointType.REGIONAL,
    securityPolicy: securityPolicy ?? apigateway.SecurityPolicy.TLS_1_2,
    mtls: trustStore && { bucket: trustStore, key: trustStoreKey ?? 'truststore.pem' },
  });
  if (hostedZone) {
    new route53.ARecord(scope, 'Record', {
      zone: hostedZone,
      recordName: `${domain._domainName}.`, // whole as it is, whatever the zone
      target: route53.RecordTarget.fromAlias(new targets.ApiGatewayDomain(name)),
    });
  }
  return name;
}
