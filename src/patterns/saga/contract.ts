/** ARN of the state machine that the starter starts. */
export const STATE_MACHINE_ARN = 'STATE_MACHINE_ARN';
/** Path of the business id in the body of a message, such as `$.detail.orderId`. */
export const BUSINESS_ID_PATH = 'BUSINESS_ID_PATH';
/** Path of the saga's input in the body of a message. */
export const INPUT_PATH = 'INPUT_PATH';
