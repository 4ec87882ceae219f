import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { inputError } from '../../foundation/input-error';

/**
 * Options of `ApiDomain.of`.
 */
export interface ApiDomainOptions {
  /**
   * Zone that gets the record of the domain.
   *
   * @default - no record; point the name at `api.domainName.domainNameAliasDomainName` yourself
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * Path under which the domain serves this API: one segment, without slashes.
   *
   * @default - the domain's root
   */
  readonly basePath?: string;

  /**
   * Lowest version of TLS.
   *
   * @default apigateway.SecurityPolicy.TLS_1_2
   */
  readonly securityPolicy?: apigateway.SecurityPolicy;

  /**
   * Bucket with the certificates of the authorities whose clients may call: mutual TLS. The API's own address is then switched off,
   * since it would let clients pass by.
   *
   * @default - clients need no certificate
   */
  readonly trustStore?: s3.IBucket;

  /**
   * Key of the PEM file in `trustStore`.
   *
   * @default 'truststore.pem'
   */
  readonly trustStoreKey?: string;
}

/**
 * A name of your own for an API.
 *
 * @example
 * import * as acm from 'aws-cdk-lib/aws-certificatemanager';
 * import * as route53 from 'aws-cdk-lib/aws-route53';
 * import { ApiDomain } from 'cdk-serverless-patterns';
 *
 * declare const hostedZone: route53.IHostedZone;
 * declare const certificate: acm.ICertificate;
 * ApiDomain.of('api.example.com', certificate, { hostedZone });
 */
export class ApiDomain {
  /**
   * @param domainName fully qualified
   * @param certificate in the API's region, or in us-east-1 for an API with an edge endpoint
   */
  public static of(domainName: string, certificate: acm.ICertificate, options: ApiDomainOptions = {}): ApiDomain {
    if (!Token.isUnresolved(domainName) && !/^(\*\.)?([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+$/.test(domainName)) {
      throw inputError('domainName', 'must be a fully qualified name', domainName);
    }
    checkBasePath(options.basePath);
    const zone = options.hostedZone?.zoneName;
    if (zone && !Token.isUnresolved(zone) && !Token.isUnresolved(domainName) && !`.${domainName}`.endsWith(`.${zone}`)) {
      throw inputError('hostedZone', `must be a zone that ${domainName} is in`, zone);
    }
    if (options.trustStoreKey && !options.trustStore) throw inputError('trustStoreKey', 'needs a trustStore', options.trustStoreKey);
    return new ApiDomain(domainName, options, certificate);
  }

  /**
   * A domain that is there already, for a second API under another path: `ApiDomain.existing(first.domainName!, 'second')`.
   *
   * @param basePath path under which the domain serves this API; without it the domain's root
   */
  public static existing(domainName: apigateway.IDomainName, basePath?: string): ApiDomain {
    checkBasePath(basePath);
    return new ApiDomain(domainName.domainName, { basePath }, undefined, domainName);
  }

  private constructor(
    /** @internal */ public readonly _domainName: string,
    /** @internal */ public readonly _options: ApiDomainOptions,
    /** @internal */ public readonly _certificate?: acm.ICertificate,
    /** @internal */ public readonly _existing?: apigateway.IDomainName,
  ) {}
}

function checkBasePath(basePath: string | undefined): void {
  if (basePath !== undefined && !Token.isUnresolved(basePath) && !/^[A-Za-z0-9$_.+!*'()-]+$/.test(basePath)) {
    throw inputError('basePath', 'must be one path segment without slashes', basePath);
  }
}
