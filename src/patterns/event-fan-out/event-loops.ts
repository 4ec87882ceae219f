import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EventContract } from './event-contract';
import { matchesPattern } from '../../foundation/event-pattern/event-pattern';
import { plainDocument, underItsNames } from '../../foundation/event-pattern/pattern-document';

/** Who may publish what. */
export interface Publication {
  readonly publisher: iam.IGrantable;
  readonly contract: EventContract;
}

/** Who gets what, and may publish in turn. */
export interface Consumption {
  readonly consumer: iam.IGrantable;
  readonly on: events.EventPattern;
}

/** Contracts whose events can come back to their publisher, by way of consumers that publish in turn. */
export function loops(publications: Publication[], consumptions: Consumption[]): EventContract[] {
  const consumers = consumptions.map(({ consumer, on }) => ({ consumer, envelope: envelopeOf(on) }));
  const follows = (from: EventContract): EventContract[] => consumers
    .filter(({ envelope }) => admits(envelope, from))
    .flatMap(({ consumer }) => publications.filter(({ publisher }) => publisher.grantPrincipal === consumer.grantPrincipal))
    .map(({ contract }) => contract);
  const comesBack = (start: EventContract): boolean => {
    const reached = new Set<EventContract>();
    for (let next = follows(start); next.length > 0; next = next.flatMap(follows).filter((contract) => !reached.has(contract))) {
      next.forEach((contract) => reached.add(contract));
    }
    return reached.has(start);
  };
  return [...new Set(publications.map(({ contract }) => contract))].filter(comesBack);
}

/** What a pattern asks for, whatever the content. */
function envelopeOf(on: events.EventPattern): Record<string, any> {
  const { source, 'detail-type': detailType } = plainDocument(underItsNames(on));
  return { ...source && { source }, ...detailType && { 'detail-type': detailType } };
}

function admits(envelope: Record<string, any>, { source, detailType }: EventContract): boolean {
  return Object.keys(envelope).length === 0 || matchesPattern(envelope, { source, 'detail-type': detailType });
}
