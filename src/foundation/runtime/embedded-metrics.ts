/**
 * Counts by a line of the log, without a call. It is written past the console, which would wrap it: CloudWatch reads metrics at the top of a line only.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function count(namespace: string, dimension: string, of: string, values: Record<string, number>): void {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: 'Count' }));
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics }] };
  process.stdout.write(`${JSON.stringify({ _aws, [dimension]: of, ...values })}\n`);
}
