/** Accepted events on their way to dispatch. */
import { hash } from 'node:crypto';
import type { AcceptedEvent } from '@hooklane/core';
import type { QueueConnection } from './connection.ts';
import { IntakeGate } from './intake.ts';
import { parseEventBatch } from './job-data.ts';

/** The writing end of the queue `events`. */
export interface EventQueue {
  /**
   * Adds one job with 1 to {@link MAX_EVENTS_PER_JOB} events. Resolves when Redis has it. Throws
   * `redis_unavailable`: then the job may or may not be there, and adding the same batch again is safe; `redis_full`:
   * it is not.
   * `signal` ends the waiting, not the write.
   */
  add(batch: readonly AcceptedEvent[], signal?: AbortSignal): Promise<void>;
  /** Closes the connection that it was opened on. */
  close(): Promise<void>;
}

/**
 * Opens the writing end of the queue `events`. `keepOrder`: each batch is dispatched after the one before, also when
 * several workers take them side by side. That costs: at full load one worker dispatches six sevenths of the events
 * per second that it does without, two workers nearly three fifths, because each makes sure of what the other one has.
 */
export function openEventQueue(connection: QueueConnection, { keepOrder = false } = {}): EventQueue {
  const queue = connection.queue('events');
  const gate = new IntakeGate(connection);
  let last: string | undefined;
  return {
    async add(batch, signal) {
      signal?.throwIfAborted();
      if (gate.mustLook()) await (signal === undefined ? gate.look() : untilAborted(gate.look(), signal));
      gate.demandOpen();
      const jobId = batchJobId(batch);
      const before = last;
      const after = keepOrder && before !== jobId ? before : undefined;
      const data = parseEventBatch({ events: batch, after });
      const written = connection.runSafely('writing events', async () => {
        await queue.add('events', data, { jobId });
      });
      last = jobId;
      try {
        await (signal === undefined ? written : untilAborted(written, signal));
      } catch (error) {
        // What may not be there is nothing to wait for; who emits it again stands behind the one before.
        if (last === jobId) last = before;
        throw error;
      }
    },
    close: () => connection.close(),
  };
}

/**
 * The same batch has the same job id, so that BullMQ ignores the second one while the first is still there. Every
 * event counts: two batches that only begin with the same event are not the same. Not integer-like, no ':'.
 */
export function batchJobId(batch: readonly AcceptedEvent[]): string {
  const ids = batch.map((event) => event.id);
  if (ids.length === 1) return `b-${ids[0]}`;
  return `b-${ids[0]}-${ids.length}-${hash('sha1', ids.join(' '), 'base64url')}`;
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
