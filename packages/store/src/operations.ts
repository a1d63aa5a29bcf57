/** What operators ask: which workers live, how fast things go, which lanes are open, is this Redis set up well. */
import { type Attempt, OUTCOMES, type Outcome, type Scope, deliveryId } from '@hooklane/core';
import { readAttempt } from './attempt-record.ts';
import { oneOf, parseObject, skipDamage, wholeNumber } from './damage.ts';
import { faultsIn } from './breaker-text.ts';
import { bucketMiddle } from './latency-bucket.ts';
import type { MemoryReport } from './memory-budget.ts';
import { type StoreContext, withinSeconds } from './store-context.ts';
import { type WebhookHealth, readLogLine, readManyHealth, readWebhookHealth } from './webhook-health.ts';

/** What a worker says of itself, every few seconds. Times are ms since the epoch. */
export interface WorkerBeat {
  id: string;
  host: string;
  version: string;
  startedAt: number;
  seenAt: number;
  lanesRunning: number;
  triesInFlight: number;
  /** The shards that it serves; missing from one of a version without them. */
  shards?: readonly number[];
}

/** One minute of work over all workers. */
export interface MinuteRates {
  /** Its beginning, ms since the epoch. */
  minute: number;
  accepted: number;
  delivered: number;
  /** Tries that failed and go on. */
  failed: number;
  dead: number;
  /** Tries by what the world did. */
  outcomes: Partial<Record<Outcome, number>>;
  /** Deliveries by the time from acceptance, in rising order; see `latencyBucket`. */
  latencies: LatencyCount[];
}

/** How many deliveries took about so long. */
export interface LatencyCount {
  /** The middle of a bucket that is 19 % wide. */
  ms: number;
  count: number;
}

/** A lane whose endpoint is down. */
export interface OpenLane {
  webhookId: string;
  name: string;
  account: string;
  scope: Scope;
  faults: number;
  /** ms since the epoch; null: at once. */
  nextProbeAt: number | null;
  /** What the latest try came to. */
  last: LastFault | null;
}

/** What a try came to. */
export interface LastFault {
  at: number;
  outcome: Outcome;
  statusCode: number | null;
  error: Attempt['error'];
}

/** How Redis is set up, as far as it matters. */
export interface RedisReport {
  aof: boolean;
  /** How far Redis's clock is ahead of ours, ms. */
  clockAheadMs: number;
  usedMemoryBytes: number;
  /** 0: no limit. */
  maxMemoryBytes: number;
  /** How full it is by the budget. */
  memory: MemoryReport;
  /** Of this Redis process: shards that have the same share it. */
  node: string;
}

/** A worker that was silent for longer counts as gone, ms. */
const WORKER_SILENCE_MS = 20_000;

const MINUTE_MS = 60_000;

function readMinute(minute: number, hash: Record<string, string>): MinuteRates {
  const delivered = wholeNumber(hash['delivered']);
  // A success has no field of its own: it is `delivered`.
  const outcomes: MinuteRates['outcomes'] = delivered > 0 ? { ok: delivered } : {};
  const latencies: LatencyCount[] = [];
  for (const [field, value] of Object.entries(hash)) {
    const count = wholeNumber(value);
    const outcome = field.startsWith('o:') ? oneOf(OUTCOMES, field.slice(2)) : null;
    if (outcome !== null) outcomes[outcome] = count;
    if (/^l:\d{1,3}$/.test(field)) latencies.push({ ms: bucketMiddle(Number(field.slice(2))), count });
  }
  return {
    minute,
    accepted: wholeNumber(hash['accepted']),
    delivered,
    failed: wholeNumber(hash['failed']),
    dead: wholeNumber(hash['dead']),
    outcomes,
    latencies: latencies.toSorted((a, b) => a.ms - b.ms),
  };
}

/** null: damaged, or of a version that says otherwise. */
function readBeat(id: string, line: string): WorkerBeat | null {
  const beat = (parseObject(line) ?? {}) as Partial<Record<keyof WorkerBeat, unknown>>;
  const { host, version, startedAt, seenAt, lanesRunning, triesInFlight, shards } = beat;
  if (typeof host !== 'string' || typeof version !== 'string') return null;
  const numbers = [startedAt, seenAt, lanesRunning, triesInFlight];
  const [since, last, lanes, tries] = numbers.map((value) =>
    Number.isSafeInteger(value) ? Number(value) : 0,
  ) as [number, number, number, number];
  const times = { startedAt: since, seenAt: last };
  const load = { lanesRunning: lanes, triesInFlight: tries };
  return { id, host, version, ...times, ...load, ...(isShards(shards) ? { shards } : {}) };
}

function isShards(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isSafeInteger);
}

/** The calls for operators. */
export class Operations {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Says that a worker lives. */
  async beat(worker: WorkerBeat): Promise<void> {
    const { keys } = this.#context;
    await this.#context.call((redis) => redis.hset(keys.workers, worker.id, JSON.stringify(worker)));
  }

  /** A worker ends in order. */
  async leave(id: string): Promise<void> {
    await this.#context.call((redis) => redis.hdel(this.#context.keys.workers, id));
  }

  /** The workers that were seen lately; those long gone are forgotten. */
  async listWorkers(): Promise<WorkerBeat[]> {
    const { keys } = this.#context;
    const oldest = this.#time() - WORKER_SILENCE_MS;
    const lines = await this.#context.call((redis) => redis.hgetall(keys.workers));
    const beats = Object.entries(lines).map(([id, line]) => ({ id, worker: readBeat(id, line) }));
    const workers = beats.map(({ worker }) => worker).filter((worker) => worker !== null);
    const gone = beats.filter(({ worker }) => (worker?.seenAt ?? 0) < oldest).map(({ id }) => id);
    if (gone.length > 0) await this.#context.call((redis) => redis.hdel(keys.workers, ...gone));
    return workers.filter(({ seenAt }) => seenAt >= oldest).toSorted((a, b) => a.startedAt - b.startedAt);
  }

  /** The last `count` minutes, the oldest first; the last one is not over. */
  async readRates(count: number): Promise<MinuteRates[]> {
    const last = Math.floor(this.#time() / MINUTE_MS);
    const minutes = Array.from({ length: count }, (_, i) => last - count + 1 + i);
    const hashes = await this.#context.call((redis) =>
      Promise.all(minutes.map((minute) => redis.hgetall(this.#context.keys.rate(minute)))),
    );
    return hashes.map((hash, i) => readMinute((minutes[i] ?? 0) * MINUTE_MS, hash));
  }

  /** Open lanes with their webhooks, up to `limit`. */
  async listOpenLanes(limit: number): Promise<OpenLane[]> {
    const { keys } = this.#context;
    const ids = await this.#context.call((redis) => redis.srandmember(keys.openLanes, limit));
    const found = await this.#context.call((redis) =>
      Promise.all(
        ids.map(async (id) => ({
          id,
          webhook: await redis
            .hmget(keys.webhook(id), 'name', 'account', 'kind', 'scope')
            .catch(skipDamage([])),
          state: await redis.hmget(keys.state(id), 'bp', 'b').catch(skipDamage([])),
          last: await this.#lastFault(id).catch(skipDamage(null)),
        })),
      ),
    );
    return found.flatMap(({ id, webhook: [name, account, kind, scope], state, last }) => {
      // The lane of a notification URL is told of where that URL is.
      if (name === null || name === undefined || kind === 'account') return [];
      return [
        {
          webhookId: id,
          name,
          account: account ?? '',
          scope: { kind: kind === 'environment' ? kind : 'application', name: scope ?? '' },
          faults: faultsIn(state[1] ?? ''),
          nextProbeAt: wholeNumber(state[0]) || null,
          last,
        },
      ];
    });
  }

  /** The log names the delivery of the latest try, and the history of that has the error in words. */
  async #lastFault(webhookId: string): Promise<LastFault | null> {
    const { redis, keys } = this.#context;
    const [entry] = await redis.xrevrange(keys.log(webhookId), '+', '-', 'COUNT', 1);
    const line = entry?.[1][1]?.split('\n').at(-1);
    if (entry === undefined || line === undefined) return null;
    const logged = readLogLine(line, Number(entry[0].split('-', 1)[0]));
    if (logged === null) return null;
    const { at, outcome, statusCode, eventId } = logged;
    const text = await redis.lindex(keys.tries(deliveryId(eventId, webhookId)), -1);
    return { at, outcome, statusCode, error: text === null ? null : (readAttempt(text)?.error ?? null) };
  }

  /** How a webhook is doing; one that nobody ever tried has an idle lane and no attempts. */
  readWebhookHealth(webhookId: string): Promise<WebhookHealth> {
    return readWebhookHealth(this.#context, webhookId);
  }

  /** The same of several, in the order of the ids, out of `most` attempts of each. */
  readManyHealth(webhookIds: readonly string[], most: number): Promise<WebhookHealth[]> {
    return readManyHealth(this.#context, webhookIds, most);
  }

  /** How many lanes have work, are open, are slow. */
  async countLanes(): Promise<{ total: number; open: number; slow: number }> {
    const { keys } = this.#context;
    const [total, open, slow] = await this.#context.call((redis) =>
      Promise.all([redis.zcard(keys.lanes), redis.scard(keys.openLanes), redis.scard(keys.slowLanes)]),
    );
    return { total, open, slow };
  }

  /** Fails with `redis_unavailable` within 2 s. */
  async reportRedis(): Promise<RedisReport> {
    const [info, time] = await withinSeconds(
      2,
      this.#context.ask((redis) => Promise.all([redis.info(), redis.time()])),
    );
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    return {
      aof: field('aof_enabled') === '1',
      clockAheadMs: Math.round(Number(time[0]) * 1000 + Number(time[1]) / 1000 - Date.now()),
      usedMemoryBytes: Number(field('used_memory')),
      maxMemoryBytes: Number(field('maxmemory')),
      memory: this.#context.memory.judge(info),
      node: field('run_id'),
    };
  }

  #time(): number {
    return this.#context.clock?.() ?? Date.now();
  }
}
