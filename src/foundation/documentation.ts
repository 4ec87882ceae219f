const REPOSITORY = 'https://github.com/cdk-serverless-patterns/cdk-serverless-patterns';

/** Address of a pattern's README. */
export function patternReadme(pattern: string): string {
  return `${REPOSITORY}/blob/main/src/patterns/${pattern}/README.md`;
}
