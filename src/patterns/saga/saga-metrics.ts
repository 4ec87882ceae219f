/** How an execution ended, which Step Functions does not tell apart. */
export const COMPENSATED = 'SagaCompensated';
export const COMPENSATION_FAILED = 'SagaCompensationFailed';
