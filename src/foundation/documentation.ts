const REPOSITORY = 'https://github.com/cdk-serverless-patterns/cdk-serverless-patterns';

/** Address of what the README says about dead letters. */
export function deadLettersGuide(): string {
  return `${REPOSITORY}/blob/main/README.md#dead-letters`;
}

/** Address of what a pattern's README says to do when an alarm fires. */
export function operateGuide(pattern: string): string {
  return `${REPOSITORY}/blob/main/src/patterns/${pattern}/README.md#operate`;
}
