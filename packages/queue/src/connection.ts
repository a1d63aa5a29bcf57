/** The connections of one process to the queues of one shard. */
import { HooklaneError } from '@hooklane/core';
import type { RedisAccess } from '@hooklane/core';
import {
  closeClient,
  explainFailure,
  formatAccess,
  isConnectionFailure,
  readAccess,
  whyUnconnected,
  writeToReplicas,
} from '@hooklane/redis';
import type { ReadAccess, RedisClient } from '@hooklane/redis';
import { Queue } from 'bullmq';
import { MAX_STREAM_EVENTS, QUEUES, queuePrefix } from './catalog.ts';
import type { QueueData, QueueKey } from './catalog.ts';
import { openQueueClient } from './redis-client.ts';
import type { ClientTemper } from './redis-client.ts';

/** `producer`: writes only and fails fast. `worker`: runs jobs, and its writes wait out a restart of Redis. */
export type QueueRole = 'producer' | 'worker';

/** How to reach the queues of a shard. */
export interface ConnectOptions {
  /** A URL as `parseRedisUrl` reads it, or that and what it has no place for. */
  redis: string | RedisAccess;
  role: QueueRole;
  /** 0 to 16383; default 0. */
  shard?: number;
  /** How many replicas of Redis must have an event before it counts as written, 0 or more; default 0. */
  replicas?: number;
  /** Called with each error of a connection, several times per second while Redis is away: limit what you log. */
  onError?: (error: Error) => void;
}

/**
 * Connects to the queues of a shard. Returns at once; connections are made in the background, and made again
 * whenever they are lost. Throws `invalid_setting` when the address is no Redis URL.
 */
export function connectQueues(options: ConnectOptions): QueueConnection {
  return new QueueConnection(options);
}

/** Less than a producer has for an emit, ms. In step a replica needs about as long as the network between. */
const REPLICAS_MS = 500;

/** Open connections to the queues of a shard; made by {@link connectQueues}. */
export class QueueConnection {
  readonly role: QueueRole;
  readonly shard: number;
  /** Of BullMQ's keys: `{h0}:bull`. */
  readonly prefix: string;
  readonly #options: ConnectOptions;
  /** Whose clients these queues use; null: their own. */
  readonly #base: QueueConnection | null;
  readonly #access: ReadAccess;
  readonly #replicas: number;
  readonly #onError: (error: Error) => void;
  readonly #clients = new Set<RedisClient>();
  readonly #queues = new Map<QueueKey, Queue>();
  readonly #changeListeners: (() => void)[] = [];
  #writer: RedisClient | undefined;
  #reader: RedisClient | undefined;
  #lastReported: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectOptions, base: QueueConnection | null = null) {
    this.#options = options;
    this.#base = base;
    this.role = options.role;
    this.shard = options.shard ?? 0;
    this.prefix = queuePrefix(this.shard);
    this.#access = readAccess(options.redis);
    this.#replicas = options.replicas ?? 0;
    this.#onError = options.onError ?? (() => {});
  }

  /**
   * The queues of another shard, over the same clients: one process needs no more of them for many shards. They are
   * closed with this connection; closing the one that is returned closes nothing.
   */
  onShard(shard: number): QueueConnection {
    return new QueueConnection({ ...this.#options, shard }, this.#base ?? this);
  }

  /** The writing end of a queue. Opened once per connection. */
  queue<Key extends QueueKey>(key: Key): Queue<QueueData<Key>, void> {
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = this.#openQueue(key);
      this.#queues.set(key, queue);
    }
    return queue as Queue<QueueData<Key>, void>;
  }

  /**
   * Calls `listener` whenever a connection was made, or a node of a Cluster came or went: what Redis was told before may be
   * forgotten from then on.
   */
  onChange(listener: () => void): void {
    if (this.#base !== null) this.#base.onChange(listener);
    else this.#changeListeners.push(listener);
  }

  #openQueue(key: QueueKey): Queue {
    const queue = new Queue(QUEUES[key].name, {
      connection: this.#writerClient(),
      prefix: this.prefix,
      // Both are needed for a queue that fails fast and still recovers when Redis was away at the start.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams: { events: { maxLen: MAX_STREAM_EVENTS } },
      defaultJobOptions: QUEUES[key].job,
    });
    queue.on('error', this.report);
    return queue;
  }

  /** The client under BullMQ's workers; each worker makes a duplicate of it for its blocking read. */
  reader(): RedisClient {
    if (this.role !== 'worker') throw new TypeError('Only a connection of role "worker" runs jobs.');
    if (this.#base !== null) return this.#base.reader();
    this.#reader ??= this.#open('reader');
    return this.#reader;
  }

  /** The client of the writing end, for what BullMQ has no call for. */
  writer(): RedisClient {
    return this.#writerClient();
  }

  #writerClient(): RedisClient {
    if (this.#base !== null) return this.#base.#writerClient();
    this.#writer ??= this.#open(this.role === 'producer' ? 'fail-fast' : 'patient');
    return this.#writer;
  }

  #open(temper: ClientTemper): RedisClient {
    return openQueueClient(this.#access, temper, (client) => {
      this.#clients.add(client);
      // Without a listener ioredis writes to the console.
      client.on('error', this.report);
      client.on('node error', this.report);
      for (const event of ['ready', '+node', '-node']) client.on(event, this.#changed);
    });
  }

  readonly #changed = (): void => {
    for (const listener of this.#changeListeners) listener();
  };

  /** Passes an error on to `onError`, once: BullMQ hands the errors of a client on to each of its queues. */
  readonly report = (error: Error): void => {
    if (this.#base !== null) return this.#base.report(error);
    if (this.#closing !== undefined || error === this.#lastReported) return;
    this.#lastReported = error;
    this.#onError(explainFailure(error));
  };

  /** Why there is no connection at present, as `redis_unavailable`; undefined while there is one. */
  trouble(): HooklaneError | undefined {
    const reason = this.#reason();
    return reason === undefined ? undefined : this.#unavailable('connecting', reason, undefined);
  }

  #reason(): string | undefined {
    if (this.#base !== null) return this.#base.#reason();
    for (const client of this.#clients) {
      const reason = whyUnconnected(client);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Runs a command; an error of Redis or of the way to it comes out as `redis_unavailable`, a bug as it is. */
  async run<T>(what: string, command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      if (!isRedisError(error)) throw error;
      throw this.#unavailable(what, this.#reason() ?? error.message, error);
    }
  }

  /** The same for a write that must not be lost with a failover: replicas have it first, as many as were asked for. */
  runSafely<T>(what: string, write: () => Promise<T>): Promise<T> {
    const bound = { replicas: this.#replicas, withinMs: REPLICAS_MS };
    const key = `${this.prefix}:events:meta`;
    return this.run(what, () => writeToReplicas(this.#writerClient(), key, bound, write));
  }

  #unavailable(what: string, reason: string, cause: Error | undefined): HooklaneError {
    const detail =
      `Redis at ${formatAccess(this.#access)} did not answer: ${what} failed (${reason}).` +
      ' Check that Redis runs there, and that its address and password are right.';
    return new HooklaneError('redis_unavailable', { detail, cause });
  }

  /**
   * Closes all connections, within 1 s; close workers before. Commands still waiting fail with `redis_unavailable`.
   * A second call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#clients].map(closeClient)).then(() => {});
    return this.#closing;
  }
}

/** What is thrown when a connection or Redis itself fails; all else is a bug. */
function isRedisError(error: unknown): error is Error {
  return isConnectionFailure(error) || (error instanceof Error && error.name === 'ReplyError');
}
