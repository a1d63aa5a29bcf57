/** Whether new events are taken: a mark in Redis that every producer sees, set while Redis is nearly full. */
import { HooklaneError } from '@hooklane/core';
import type { QueueConnection } from './connection.ts';

/** How long a mark holds, ms. Whoever watches renews it every second; should all of them die, events are taken again. */
export const CLOSED_MS = 5000;

/** How old what is known may be, ms: up to the first it is used as it is, up to the second while it is looked anew. */
const FRESH_MS = 500;
const STALE_MS = 2000;

/** The mark. */
export function intakeKey(connection: QueueConnection): string {
  return `${connection.prefix}:intake-closed`;
}

/** Refuses new events for the next 5 s. `why`: a sentence for whoever emits. Throws `redis_unavailable`. */
export async function closeIntake(connection: QueueConnection, why: string): Promise<void> {
  await connection.run('closing the intake', () =>
    connection.writer().set(intakeKey(connection), why, 'PX', CLOSED_MS),
  );
}

/** What one producer knows of the mark. */
export class IntakeGate {
  readonly #connection: QueueConnection;
  #why: string | null = null;
  #seenAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(connection: QueueConnection) {
    this.#connection = connection;
  }

  /** Whether it must be waited for: what is known is too old. */
  mustLook(): boolean {
    const age = performance.now() - this.#seenAt;
    if (age > FRESH_MS) void this.look().catch(() => undefined);
    return age > STALE_MS;
  }

  /** Looks into Redis; calls at the same time share one look. Throws `redis_unavailable`. */
  look(): Promise<void> {
    this.#looking ??= this.#connection
      .run('looking whether events are taken', () =>
        this.#connection.writer().get(intakeKey(this.#connection)),
      )
      .then((why) => {
        this.#why = why;
        this.#seenAt = performance.now();
      })
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  /** Throws `redis_full` while events are refused. */
  demandOpen(): void {
    if (this.#why === null) return;
    throw new HooklaneError('redis_full', {
      detail: `${this.#why} The event was not taken: emit it again later, or give the producer a spool.`,
    });
  }
}
