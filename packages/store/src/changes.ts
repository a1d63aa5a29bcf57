/** What changes while somebody watches: which deliveries may look different now. Scripts write it down. */
import { deliveryId } from '@hooklane/core';
import type { RedisClient } from '@hooklane/redis';
import { connectReader } from './connect.ts';
import type { StoreContext } from './store-context.ts';

/** Some changes, in their order. */
export interface ChangeBatch {
  /** Where one is after it. Opaque. */
  position: string;
  /** Deliveries that may look different; some may not exist any more. */
  deliveryIds: string[];
  /** Some changes before these were lost, or were too many to be told: whoever shows something looks again. */
  missed: boolean;
}

/** Without a sign of life for so long nobody watches, ms. */
const WATCHED_MS = 60_000;
const RENEW_MS = 20_000;

/** Entries are kept for so long after the last sign of life, ms. */
const KEPT_MS = 3_600_000;

/** One read waits for so long, ms. */
const BLOCK_MS = 5000;
const MOST_ENTRIES = 100;
const AFTER_TROUBLE_MS = 1000;

/** Where a reader is: the entry it saw last, and the number of that. */
interface Position {
  id: string;
  n: number;
}

/** The changes of the store. */
export class Changes {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Follows what changes until `signal` ends it. The first batch comes at once, is empty and says where it begins. A
   * lost Redis is waited for. It has a connection of its own, because its reads wait.
   */
  async *follow(signal: AbortSignal): AsyncGenerator<ChangeBatch, void, undefined> {
    const redis = connectReader(this.#context.redis, BLOCK_MS);
    redis.on('error', () => undefined);
    const end = (): void => redis.disconnect();
    signal.addEventListener('abort', end, { once: true });
    try {
      yield* this.#followOn(redis, signal);
    } finally {
      signal.removeEventListener('abort', end);
      redis.disconnect();
    }
  }

  async *#followOn(redis: RedisClient, signal: AbortSignal): AsyncGenerator<ChangeBatch, void, undefined> {
    let at: Position | null = null;
    let renewedAt = 0;
    while (!signal.aborted) {
      try {
        const isDue: boolean = at === null || performance.now() - renewedAt > RENEW_MS;
        const here: Position | null = isDue ? await this.#watch() : null;
        if (here !== null) renewedAt = performance.now();
        const next: Step | null =
          at === null && here !== null ? { at: here, batch: beginAt(here) } : await this.#read(redis, at);
        if (next === null) continue;
        at = next.at;
        yield next.batch;
      } catch {
        // Redis is away; the commands of others say so.
        await rest(AFTER_TROUBLE_MS, signal);
      }
    }
  }

  /** What changed after a position that was given before; null: that is no longer known. */
  async since(position: string): Promise<ChangeBatch | null> {
    const from = read(position);
    if (from === null) return null;
    const { keys } = this.#context;
    const [entries, now] = await this.#context.call((redis) =>
      Promise.all([
        redis.xrange(keys.changes, `(${from.id}`, '+', 'COUNT', MOST_ENTRIES),
        redis.get(keys.changesCount),
      ]),
    );
    const { batch, at } = collect(entries, from);
    if (batch.missed || at.n !== Number(now)) return null;
    return batch;
  }

  async #watch(): Promise<Position> {
    const [id, n] = (await this.#context.run('watch_changes', [WATCHED_MS, KEPT_MS])) as [string, string];
    return { id, n: Number(n) };
  }

  async #read(redis: RedisClient, from: Position | null): Promise<Step | null> {
    if (from === null) return null;
    const { changes } = this.#context.keys;
    const reply = await redis.xread('COUNT', MOST_ENTRIES, 'BLOCK', BLOCK_MS, 'STREAMS', changes, from.id);
    const entries = reply?.[0]?.[1];
    return entries === undefined ? null : collect(entries, from);
  }
}

/** What was read, and where one is then. */
interface Step {
  batch: ChangeBatch;
  at: Position;
}

function beginAt(at: Position): ChangeBatch {
  return { position: write(at), deliveryIds: [], missed: false };
}

type Entry = [id: string, fields: string[]];

function collect(entries: readonly Entry[], from: Position): Step {
  const ids = new Set<string>();
  let at = from;
  let missed = false;
  for (const [id, [, n, , text = '']] of entries) {
    missed ||= Number(n) !== at.n + 1 || text === '*';
    at = { id, n: Number(n) };
    if (text !== '*') for (const line of text.split('\n')) readLine(line, ids);
  }
  return { batch: { position: write(at), deliveryIds: [...ids], missed }, at };
}

function readLine(line: string, ids: Set<string>): void {
  const [webhooks = '', ...events] = line.split(' ');
  for (const event of events) for (const webhook of webhooks.split(',')) ids.add(deliveryId(event, webhook));
}

function write({ id, n }: Position): string {
  return `${id}.${n}`;
}

function read(position: string): Position | null {
  const parts = /^(\d{1,20}-\d{1,20})\.(\d{1,16})$/.exec(position);
  return parts === null ? null : { id: parts[1] ?? '', n: Number(parts[2]) };
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
