import { Duration, Token } from 'aws-cdk-lib';
import { checkHeaders } from './route';
import { inputError } from '../../foundation/input-error';

/**
 * Options of `ApiCors`.
 */
export interface ApiCorsOptions {
  /**
   * Headers that a page may send, besides those that are known: `Content-Type`, the routes' required headers, and the ones that carry the
   * caller's credentials.
   *
   * @default - those that are known
   */
  readonly headers?: string[];

  /**
   * Whether a page may send cookies and the like.
   *
   * @default false
   */
  readonly credentials?: boolean;

  /**
   * How long a browser remembers the answer to its preflight request.
   *
   * @default Duration.minutes(10)
   */
  readonly maxAge?: Duration;
}

/**
 * Which web pages of other origins may call an API.
 *
 * Preflight requests and the API's own error answers get their headers from here. Answers of functions need theirs from the function.
 *
 * @example
 * import { ApiCors } from 'cdk-serverless-patterns';
 *
 * ApiCors.origins(['https://shop.example.com'], { credentials: true });
 */
export class ApiCors {
  /**
   * Pages of these origins, each as `https://host` or `https://host:port`.
   *
   * Error answers of API Gateway itself can name one origin only. With several they say `*`, which every origin may read;
   * with several and `credentials`, where `*` is not allowed, they say the first, and pages of the others cannot read them.
   */
  public static origins(origins: string[], options: ApiCorsOptions = {}): ApiCors {
    if (origins.length === 0) throw inputError('origins', 'must name at least one origin', '[]');
    for (const origin of origins) {
      if (origin === '*') {
        if (options.credentials) throw inputError('origins', 'must be named one by one where credentials are allowed', origin);
        throw inputError('origins', 'must be named one by one (ApiCors.anyOrigin() is for all)', origin);
      }
      if (!Token.isUnresolved(origin) && (!/^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin) || /^(https:.*:443|http:.*:80)$/.test(origin))) {
        throw inputError('origins', 'must be as browsers send them: scheme and host in small letters, no path, no wildcard, no default port', origin);
      }
    }
    checkCorsHeaders(options);
    return new ApiCors([...new Set(origins)], options);
  }

  /**
   * Pages of any origin. Cookies are never allowed with it.
   */
  public static anyOrigin(options: ApiCorsOptions = {}): ApiCors {
    if (options.credentials) throw inputError('credentials', 'cannot be allowed for any origin (name them with ApiCors.origins)', true);
    checkCorsHeaders(options);
    return new ApiCors(['*'], options);
  }

  private constructor(
    /** @internal */ public readonly _origins: string[],
    /** @internal */ public readonly _options: ApiCorsOptions,
  ) {}
}

function checkCorsHeaders({ headers = [], credentials }: ApiCorsOptions): void {
  if (headers.includes('*')) {
    if (credentials) throw inputError('headers', 'must be named one by one where credentials are allowed', '*');
    return;
  }
  checkHeaders('headers', headers);
}
