/** The connections of one process to the queues of one shard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HooklaneError } from '@hooklane/core';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { MAX_STREAM_EVENTS, QUEUES, queuePrefix } from './catalog.ts';
import type { QueueData, QueueKey } from './catalog.ts';
import { DISCONNECT_MS, openClient, redisAddress } from './redis-client.ts';
import { within } from './within.ts';

/** `producer`: writes only and fails fast. `worker`: runs jobs, and its writes wait out a restart of Redis. */
export type QueueRole = 'producer' | 'worker';

/** How to reach the queues of a shard. */
export interface ConnectOptions {
  /** `redis://` or `rediss://`, with user, password and database number as needed. */
  redisUrl: string;
  role: QueueRole;
  /** 0 to 16383; default 0. */
  shard?: number;
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

/** How long `close` waits for Redis to say goodbye, ms. */
const QUIT_MS = 500;

/** Open connections to the queues of a shard; made by {@link connectQueues}. */
export class QueueConnection {
  readonly role: QueueRole;
  readonly shard: number;
  /** Of BullMQ's keys: `{h0}:bull`. */
  readonly prefix: string;
  readonly #options: ConnectOptions;
  /** Whose clients these queues use; null: their own. */
  readonly #base: QueueConnection | null;
  readonly #url: string;
  readonly #address: string;
  readonly #onError: (error: Error) => void;
  readonly #clients = new Set<Redis>();
  readonly #queues = new Map<QueueKey, Queue>();
  #writer: Redis | undefined;
  #reader: Redis | undefined;
  /** Why there is no connection at present. */
  #connectionError: Error | undefined;
  #lastReported: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectOptions, base: QueueConnection | null = null) {
    this.#options = options;
    this.#base = base;
    this.role = options.role;
    this.shard = options.shard ?? 0;
    this.prefix = queuePrefix(this.shard);
    this.#address = redisAddress(options.redisUrl);
    this.#url = options.redisUrl;
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
  reader(): Redis {
    if (this.role !== 'worker') throw new TypeError('Only a connection of role "worker" runs jobs.');
    if (this.#base !== null) return this.#base.reader();
    this.#reader ??= this.#open('reader');
    return this.#reader;
  }

  /** The client of the writing end, for what BullMQ has no call for. */
  writer(): Redis {
    return this.#writerClient();
  }

  #writerClient(): Redis {
    if (this.#base !== null) return this.#base.#writerClient();
    this.#writer ??= this.#open(this.role === 'producer' ? 'fail-fast' : 'patient');
    return this.#writer;
  }

  #open(temper: 'fail-fast' | 'patient' | 'reader'): Redis {
    return openClient(this.#url, temper, (client) => {
      this.#clients.add(client);
      // Without a listener ioredis writes to the console.
      client.on('error', (error) => {
        this.#connectionError = error;
        this.report(error);
      });
      client.on('ready', () => {
        this.#connectionError = undefined;
      });
    });
  }

  /** Passes an error on to `onError`, once: BullMQ hands the errors of a client on to each of its queues. */
  readonly report = (error: Error): void => {
    if (this.#base !== null) return this.#base.report(error);
    if (this.#closing !== undefined || error === this.#lastReported) return;
    this.#lastReported = error;
    this.#onError(error);
  };

  /** Why there is no connection at present, as `redis_unavailable`; undefined while there is one. */
  trouble(): HooklaneError | undefined {
    if (this.#base !== null) return this.#base.trouble();
    const cause = this.#connectionError;
    return cause && this.#unavailable('connecting', cause);
  }

  /** Runs a command; an error of Redis or of the way to it comes out as `redis_unavailable`, a bug as it is. */
  async run<T>(what: string, command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      if (!isRedisError(error)) throw error;
      throw this.#unavailable(what, error);
    }
  }

  #unavailable(what: string, cause: Error): HooklaneError {
    const reason = (this.#base ?? this).#connectionError?.message ?? cause.message;
    const detail =
      `Redis at ${this.#address} did not answer: ${what} failed (${reason}).` +
      ' Check that Redis runs there, and that its address and password are right.';
    return new HooklaneError('redis_unavailable', { detail, cause });
  }

  /**
   * Closes all connections, within 1 s; close workers before. Commands still waiting fail with `redis_unavailable`.
   * A second call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#clients].map(hangUp)).then(() => {});
    return this.#closing;
  }
}

async function hangUp(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  const ended = new Promise((resolve) => {
    client.once('end', resolve);
  });
  if (client.status === 'ready' && (await within(client.quit(), QUIT_MS))) return;
  const isBetweenSockets = client.status === 'reconnecting';
  client.disconnect();
  // Without a socket there is nothing that could close: the client would never end, nor what waits for its answers.
  // So it tries once more, and ends whether that works or not. Its timer for the missing socket is waited for.
  if (isBetweenSockets) void client.connect().then(() => client.quit(), ignore);
  await Promise.all([within(ended, QUIT_MS), isBetweenSockets ? sleep(DISCONNECT_MS + 10) : null]);
}

function ignore(): void {}

/** What ioredis throws when a connection or Redis itself fails; all else is a bug. */
function isRedisError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (['ReplyError', 'MaxRetriesPerRequestError', 'AbortError'].includes(error.name)) return true;
  if ('code' in error && typeof error.code === 'string') return true;
  return /^(Command timed out|Connection is closed|Stream isn't writeable|Socket timeout)/.test(
    error.message,
  );
}
