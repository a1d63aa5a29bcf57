/** Dispatch: matches events to webhooks and puts deliveries into lanes, in one script. */
import type { AcceptedEvent, LanePool, LaneWake, UnmatchedReason } from '@hooklane/core';
import { scopeKeyOf } from './keys.ts';
import { AWAKE_MS, type StoreContext } from './store-context.ts';

/** What dispatch did with one event: the number of deliveries, or why there are none. */
export type DispatchResult =
  { deliveries: number } | { none: UnmatchedReason | 'duplicate' | 'id_taken' | 'damaged' };

/** Turns `webhook, pool, mark, webhook …` of a script into wakes for now. */
export function readWakes(flat: readonly string[]): LaneWake[] {
  const wakes: LaneWake[] = [];
  for (let i = 0; i + 2 < flat.length; i += 3) {
    wakes.push({
      webhookId: flat[i] as string,
      pool: flat[i + 1] as LanePool,
      at: 0,
      mark: flat[i + 2] as string,
    });
  }
  return wakes;
}

/** Dispatches events. Idempotent by event id for as long as events are kept, and so for 24 h at least. */
export async function dispatch(
  context: StoreContext,
  events: readonly AcceptedEvent[],
  targetWebhookId = '',
): Promise<{ results: DispatchResult[]; wakes: LaneWake[] }> {
  const args: (string | number)[] = [context.now(), context.retentionMs, AWAKE_MS];
  for (const event of events) {
    args.push(
      event.id,
      event.type,
      event.account,
      event.scope.kind,
      event.scope.name,
      scopeKeyOf(event.account, event.scope),
      event.acceptedAt,
      event.occurredAt,
      event.body,
      targetWebhookId,
      event.order ?? 0,
      event.traceparent ?? '',
    );
  }
  const [results, wakes] = (await context.run('dispatch', args)) as [string[], string[]];
  // The lanes that were woken are mostly run here, a moment later.
  for (const [i, { id, acceptedAt, body }] of events.entries()) {
    if (/^[1-9]/.test(results[i] ?? '')) context.bodies.set(id, acceptedAt, body);
  }
  return {
    results: results.map((text) =>
      /^\d+$/.test(text)
        ? { deliveries: Number(text) }
        : { none: text as UnmatchedReason | 'duplicate' | 'id_taken' | 'damaged' },
    ),
    wakes: readWakes(wakes),
  };
}
