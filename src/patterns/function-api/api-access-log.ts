import * as logs from 'aws-cdk-lib/aws-logs';
import { inputError } from '../../foundation/input-error';

/**
 * Where an API writes a line for each request, as JSON.
 *
 * API Gateway writes to CloudWatch with one role for the whole account and region, so an API makes no log unless it is said here.
 *
 * @example
 * import * as logs from 'aws-cdk-lib/aws-logs';
 * import { ApiAccessLog } from 'cdk-serverless-patterns';
 *
 * ApiAccessLog.toLogGroup(logs.RetentionDays.THREE_MONTHS);
 */
export class ApiAccessLog {
  /**
   * To a log group, in an account that has API Gateway's CloudWatch role. The group is removed with the stack.
   *
   * @param retention one month unless given
   */
  public static toLogGroup(retention?: logs.RetentionDays): ApiAccessLog {
    return new ApiAccessLog(true, false, retention);
  }

  /**
   * To a log group, and makes API Gateway's CloudWatch role. The role is the account's: make it once in an account and region,
   * and know that it replaces the one that was set before. It stays when the stack is deleted.
   *
   * @param retention one month unless given
   */
  public static withAccountRole(retention?: logs.RetentionDays): ApiAccessLog {
    return new ApiAccessLog(true, true, retention);
  }

  /**
   * Nowhere, which is also the default; this one says why.
   *
   * @param reason kept as metadata of the construct
   */
  public static none(reason: string): ApiAccessLog {
    if (!reason.trim()) throw inputError('reason', 'must say why there is no access log', reason);
    return new ApiAccessLog(false, false, undefined, reason);
  }

  private constructor(
    /** @internal */ public readonly _enabled: boolean,
    /** @internal */ public readonly _accountRole: boolean,
    /** @internal */ public readonly _retention?: logs.RetentionDays,
    /** @internal */ public readonly _noneReason?: string,
  ) {}
}
