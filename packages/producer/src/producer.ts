/** The way in for pipelines: `createProducer().emit()`. */
import { HooklaneError, MAX_SHARDS } from '@hooklane/core';
import type { AcceptedEvent, RedisAccess } from '@hooklane/core';
import { MAX_BODY_BYTES_PER_JOB, MAX_EVENTS_PER_JOB, connectQueues } from '@hooklane/queue';
import { acceptEvent } from './accept-event.ts';
import type { EmittedEvent } from './accept-event.ts';
import { Coalescer } from './coalescer.ts';
import type { Bound } from './coalescer.ts';
import { eventSources } from './event-clock.ts';
import { openShardedEvents } from './sharded-events.ts';
import { SpooledWriter } from './spool/spooled-writer.ts';
import { openSpool } from './spool/spool.ts';
import type { SpoolOptions } from './spool/spool.ts';

/** How to make a producer. */
export interface ProducerOptions {
  /**
   * A URL, `redis://`, `redis+cluster://` or `redis+sentinel://`, with `rediss` for TLS, with user, password and database
   * number as needed; or that with `ca` (PEM), `serverName`, `sentinelUser` and `sentinelPassword`.
   */
  redis: string | RedisAccess;
  /**
   * How many shards there are, 1 to 256: `HOOKLANE_SHARDS` of the workers; default 1. With fewer than there are, workers
   * pass the events on, which costs them work; with more, events of shards that are not there yet wait for them.
   */
  shards?: number;
  /**
   * How many replicas of Redis must have an event before `emit` resolves, 0 to 10: what a failover cannot take back.
   * Without them in time it rejects with `redis_unavailable`. Default 0.
   */
  replicas?: number;
  /** ms since the epoch; default `Date.now`. */
  now?: () => number;
  /** Makes event ids, `[A-Za-z0-9_-]{1,128}`; default `evt_` and a ULID. */
  newId?: () => string;
  /** The most that may wait for Redis, in events and in bytes of bodies; default 10,000 and 64 MiB. */
  maxWaiting?: Partial<Bound>;
  /**
   * Where events are kept while Redis is away, so that `emit` does not fail: a folder on a disk that stays, which
   * several processes may share. Default: none.
   */
  spool?: SpoolOptions | undefined;
  /**
   * Whether events are dispatched exactly in the order in which this producer wrote them, also when several workers
   * take them side by side. Costs the workers some work. Default: with a spool; without one the order of events
   * that are emitted within a few ms may change.
   */
  keepOrder?: boolean | undefined;
}

/** An event that is safe. */
export interface Emitted {
  id: string;
  /** True: in the spool, because Redis is away or earlier events still wait there. */
  spooled?: true;
}

/** Emits events of a pipeline. Make one per process and close it before the process ends. */
export interface Producer {
  /**
   * Hands an event to Hooklane; resolves when Redis or the spool has it. Settles within 1 s, also when Redis is away.
   *
   * Rejects with a `HooklaneError` whose `code` is
   * - `invalid_field`, `event_body_mismatch`, `body_too_large`: the event cannot be sent; `field` says why;
   * - `redis_unavailable`: Redis did not confirm it in time, nor, with one, the spool. It may have been written all the same. Emit it again
   *   with the same `id`: for 24 hours an id is dispatched once only, however often it is emitted. (The message
   *   names the id that was made for an event without one.) The producer recovers by itself when Redis is back;
   * - `redis_full`: Redis has used 90 % of its budget; nothing was written. Emit it again later;
   * - `spool_full`, `spool_unwritable`: with a spool, in place of the two before; nothing was spooled;
   * - `producer_overloaded`: too much waits already; nothing was written;
   * - `producer_closed`: `close` was called before.
   */
  emit(event: EmittedEvent): Promise<Emitted>;
  /**
   * Takes no more events, waits for those on their way, and disconnects: within 2 s, with a spool within 3 s. What is
   * in the spool then is sent by the next process that opens it. May be called twice.
   */
  close(): Promise<void>;
}

/** More replicas than anybody has would only make every emit fail. */
const MAX_REPLICAS = 10;

/** No emit waits longer, ms: 1 s is promised, and a busy process is late. */
const EMIT_TIMEOUT_MS = 900;

/**
 * Writes on their way at once. Measured with a local Redis, one process and 660-byte bodies: one write at a time takes
 * two thirds of the events per second that 4 take; 8 take no more. Only full batches go beside the first write,
 * which at a medium rate makes a third of the jobs, each with three times as many events, for dispatch to handle.
 */
const MAX_IN_FLIGHT = 4;

/** The default of `maxWaiting`. */
const MAX_WAITING: Bound = { events: 10_000, bytes: 64 * 1024 * 1024 };

/** With a spool Redis has this long, ms: what is left of a second is for a slow disk. */
const PATIENCE_MS = 300;

const MAX_BATCH: Bound = { events: MAX_EVENTS_PER_JOB, bytes: MAX_BODY_BYTES_PER_JOB };

/**
 * Opens a producer. Returns at once and connects in the background. Throws `invalid_setting` for a bad address or number
 * of shards or replicas, and `spool_unwritable` for a folder that cannot be written.
 */
export function createProducer(options: ProducerOptions): Producer {
  const { shards = 1 } = options;
  demandWhole('shards', shards, { min: 1, max: MAX_SHARDS });
  demandWhole('replicas', options.replicas ?? 0, { min: 0, max: MAX_REPLICAS });
  const connection = connectQueues({
    redis: options.redis,
    role: 'producer',
    replicas: options.replicas ?? 0,
  });
  const spool = options.spool && openSpool(options.spool);
  const events = openShardedEvents(connection, {
    shards,
    keepOrder: options.keepOrder ?? spool !== undefined,
  });
  const spooled =
    spool && new SpooledWriter({ spool, write: events.add, patienceMs: PATIENCE_MS, maxBatch: MAX_BATCH });
  const maxWaiting: Bound = { ...MAX_WAITING, ...options.maxWaiting };
  const load: Bound = { events: 0, bytes: 0 };
  const coalesce = (write: (batch: AcceptedEvent[]) => Promise<boolean>): Coalescer<boolean> =>
    new Coalescer<boolean>({
      write,
      maxBatch: MAX_BATCH,
      maxWaiting,
      load,
      maxInFlight: () => spooled?.maxInFlight ?? MAX_IN_FLIGHT,
      timeoutMs: EMIT_TIMEOUT_MS,
      failure: (event, cause) =>
        cause === undefined
          ? unconfirmed(event, connection.trouble(), spool?.dir)
          : writeFailure(event, cause),
      overload: () => overloaded(maxWaiting),
    });
  // A spool keeps one order of all, so that nothing overtakes what is in it. Without one, a shard that cannot be reached
  // costs the others nothing.
  const coalescers = Array.from({ length: spooled ? 1 : shards }, (_, shard) =>
    coalesce(
      spooled ? (batch) => spooled.write(batch) : (batch) => events.addTo(shard, batch).then(() => false),
    ),
  );
  const sources = eventSources(options);
  const close = async (): Promise<void> => {
    await Promise.all(coalescers.map((coalescer) => coalescer.drain()));
    await spooled?.close();
    await connection.close();
  };
  let closing: Promise<void> | undefined;
  return {
    async emit(event) {
      if (closing !== undefined) throw closed();
      const accepted = acceptEvent(event, sources);
      const coalescer = coalescers[spooled ? 0 : events.shardOf(accepted.event)] as Coalescer<boolean>;
      const isSpooled = await coalescer.add(accepted);
      return isSpooled ? { id: accepted.event.id, spooled: true } : { id: accepted.event.id };
    },
    close: () => (closing ??= close()),
  };
}

function demandWhole(field: string, value: number, { min, max }: { min: number; max: number }): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new HooklaneError('invalid_setting', {
    field,
    detail: `${field} must be a whole number from ${min} to ${max}; this one is ${String(value)}.`,
  });
}

function writeFailure(event: AcceptedEvent, cause: unknown): Error {
  if (cause instanceof HooklaneError && cause.code === 'redis_unavailable') return unconfirmed(event, cause);
  return cause instanceof Error ? cause : new TypeError('A write failed with what is no error.', { cause });
}

/** `spoolDir`: where the spool is that did not take it either, because its disk is slow or this process is busy. */
function unconfirmed(event: AcceptedEvent, cause: Error | undefined, spoolDir?: string): HooklaneError {
  const reason = cause === undefined ? 'It did not answer within 1 s.' : cause.message;
  const slowSpool =
    spoolDir === undefined ? '' : ` The spool in ${spoolDir} did not have it on the disk in time either.`;
  return new HooklaneError('redis_unavailable', {
    detail:
      `Redis did not confirm the event ${event.id}. ${reason}${slowSpool}` +
      ' Then emit it again with this id; should it have been written already, that does no harm.',
    cause,
  });
}

function overloaded({ events, bytes }: Bound): HooklaneError {
  return new HooklaneError('producer_overloaded', {
    detail:
      `At most ${events} events with ${bytes} bytes of bodies may wait for Redis; so many do already, and this one was not taken.` +
      ' Emit it again later.',
  });
}

function closed(): HooklaneError {
  return new HooklaneError('producer_closed', {
    detail: 'The producer was closed; this event was not taken. Emit before close(), or make a new producer.',
  });
}
