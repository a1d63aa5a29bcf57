/** From accepted events to lanes: match ▶ store ▶ owe ▶ wake. */
import type { AcceptedEvent, UnmatchedReason } from '@hooklane/core';
import type { EventStore, Wakes } from './ports.ts';

/** What dispatch needs of the world. */
export interface DispatchDeps {
  events: EventStore;
  wakes: Wakes;
  /** Hears of every event, for metrics and logs. Must not throw. */
  onDispatched: (event: AcceptedEvent, result: DispatchedAs) => void;
}

/** How many deliveries an event became, or why none. `id_taken`: another event has its id; it is dropped. */
export type DispatchedAs = { deliveries: number } | { none: UnmatchedReason | 'duplicate' | 'id_taken' };

/**
 * Dispatches events. May be repeated at any point: an event that is known adds nothing, and a wake that was
 * lost between the two steps is found by the sweep.
 */
export async function dispatchEvents(deps: DispatchDeps, events: readonly AcceptedEvent[]): Promise<void> {
  const { results, wakes } = await deps.events.dispatch(events);
  if (wakes.length > 0) await deps.wakes.wake(wakes);
  events.forEach((event, i) => deps.onDispatched(event, results[i] ?? { none: 'duplicate' }));
}
