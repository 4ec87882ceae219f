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
   * Path under which the domain serves this API, without slashes at its ends.
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
    if (options.basePath !== undefined && !/^[A-Za-z0-9$_.+!*'()-]+(\/[A-Za-z0-9$_.+!*'()-]+)*$/.test(options.basePath)) {
      throw inputError('basePath', 'must be path segments without slashes at the ends', options.basePath);
    }
    if (options.trustStoreKey && !options.trustStore) throw inputError('trustStoreKey', 'needs a trustStore', options.trustStoreKey);
    return new ApiDomain(domainName, certificate, options);
  }

  private constructor(
    /** @internal */ public readonly _domainName: string,
    /** @internal */ public readonly _certificate: acm.ICertificate,
    /** @internal */ public readonly _options: ApiDomainOptions,
  ) {}
}
