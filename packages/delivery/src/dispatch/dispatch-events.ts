/** From accepted events to lanes: match ▶ store ▶ owe ▶ wake. */
import { type AcceptedEvent, HooklaneError, type UnmatchedReason } from '@hooklane/core';
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
 * lost between the two steps is found by the sweep. Throws `damaged_record` when the scope of an event cannot be read; the others
 * are dispatched all the same, and the job is tried again.
 */
export async function dispatchEvents(deps: DispatchDeps, events: readonly AcceptedEvent[]): Promise<void> {
  const { results, wakes } = await deps.events.dispatch(events);
  if (wakes.length > 0) await deps.wakes.wake(wakes);
  const damaged: AcceptedEvent[] = [];
  for (const [i, event] of events.entries()) {
    const result = results[i] ?? { none: 'duplicate' };
    if ('none' in result && result.none === 'damaged') damaged.push(event);
    else deps.onDispatched(event, result as DispatchedAs);
  }
  const [first] = damaged;
  if (first === undefined) return;
  const detail =
    `What Redis holds of the ${first.scope.kind} ${first.scope.name} of ${first.account} (scope or match) cannot be read:` +
    ` ${damaged.length} events wait until it is mended.`;
  throw new HooklaneError('damaged_record', { detail });
}
