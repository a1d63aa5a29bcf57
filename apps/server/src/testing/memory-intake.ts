/** The way in for events in memory, for tests of handlers. */
import { HooklaneError } from '@hooklane/core';
import type { Ports } from '../ports.ts';

/** What came in. */
export type EmittedEvent = Omit<Parameters<Ports['events']['emit']>[0], 'body'>;

/** Keeps what is emitted. */
export function eventIntake(state: { emitted: EmittedEvent[] }): Ports['events'] {
  return {
    async emit({ body, ...event }) {
      if (!('build_num' in body)) {
        const detail = 'body.build_num is missing; build.finished needs it.';
        throw new HooklaneError('event_body_mismatch', { field: 'body.build_num', detail });
      }
      state.emitted.push(event);
      return { id: event.id ?? 'evt_made' };
    },
  };
}
