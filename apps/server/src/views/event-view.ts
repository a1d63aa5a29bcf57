/** An event as the API gives it, and why nobody heard of it. */
import type { ApiDelivery, ApiEvent } from '@hooklane/client';
import { EVENT_TYPE_LABELS, MAX_BODY_DEPTH, isNestedDeeper } from '@hooklane/core';
import type { AcceptedEvent, UnmatchedReason } from '@hooklane/core';
import type { EventRecord } from '../ports.ts';
import { rfc3339 } from './time.ts';

/** The event, with its body as JSON, and its deliveries. */
export function viewEvent({ event, unmatched }: EventRecord, deliveries: ApiDelivery[]): ApiEvent {
  return {
    id: event.id,
    type: event.type,
    account: event.account,
    scope: event.scope,
    occurredAt: rfc3339(event.occurredAt),
    acceptedAt: rfc3339(event.acceptedAt),
    body: viewBody(event.body),
    unmatched: unmatched === null ? null : { reason: unmatched, message: explain(event, unmatched) },
    deliveries,
  };
}

/** Bodies that were taken before there was a bound can be too deep to be written again; those are cut. */
function viewBody(text: string): ApiEvent['body'] {
  const body = JSON.parse(text) as ApiEvent['body'];
  return isNestedDeeper(text, MAX_BODY_DEPTH) ? (cutBelow(body, MAX_BODY_DEPTH) as ApiEvent['body']) : body;
}

function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return `… (deeper than ${MAX_BODY_DEPTH} levels)`;
  if (Array.isArray(value)) return value.map((item) => cutBelow(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, cutBelow(member, levels - 1)]),
  );
}

/** What kept the event from everybody, and what to do about it. */
function explain(event: AcceptedEvent, reason: UnmatchedReason): string {
  const scope = `${event.scope.kind} ${event.scope.name}`;
  const path = scopePath(event);
  if (reason === 'scope_disabled') {
    return `Webhooks are switched off for ${scope}: enable them with PUT ${path} {"enabled": true}; events from then on are delivered.`;
  }
  const label = EVENT_TYPE_LABELS[event.type];
  return `No enabled webhook of ${scope} waits for "${label}" (${event.type}): add one with POST ${path}/webhooks, or enable one.`;
}

function scopePath({ account, scope }: AcceptedEvent): string {
  return `/v1/accounts/${encodeURIComponent(account)}/${scope.kind}s/${encodeURIComponent(scope.name.toWellFormed())}`;
}
