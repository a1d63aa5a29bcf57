/** Whether a delivery that the stream tells of belongs into the list; the rest of the filter is the stream's. */
import type { ApiDelivery } from '@hooklane/client';
import type { DeliveriesSearch } from './deliveries-search.ts';

/** The part of a filter that changes while a delivery is on its way: a row that is shown must be told of it. */
const CHANGING = ['status', 'statusCode', 'reason'] as const;

/** What the stream is asked for: everything that may come to match, or no longer match. */
export function streamFilter(filter: DeliveriesSearch): Omit<DeliveriesSearch, (typeof CHANGING)[number]> {
  return Object.fromEntries(
    Object.entries(filter).filter(([name]) => !CHANGING.includes(name as never)),
  ) as never;
}

/** Whether the changing part matches. */
export function matches(delivery: ApiDelivery, { status, statusCode, reason }: DeliveriesSearch): boolean {
  if (status !== undefined && delivery.status !== status) return false;
  if (reason !== undefined && delivery.reason !== reason) return false;
  if (statusCode === undefined) return true;
  const isUnanswered = delivery.lastOutcome !== null && delivery.lastStatusCode === null;
  return statusCode === 0 ? isUnanswered : delivery.lastStatusCode === statusCode;
}
