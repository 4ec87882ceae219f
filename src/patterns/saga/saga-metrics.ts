/** Of the metrics that Step Functions does not have. */
export const METRIC_NAMESPACE = 'CdkServerlessPatterns';
/** As Step Functions names it in its own metrics. */
export const STATE_MACHINE_DIMENSION = 'StateMachineArn';
export const COMPENSATED = 'SagaCompensated';
export const COMPENSATION_FAILED = 'SagaCompensationFailed';
