/** Bulk actions on dead letters: durable, because the worker does them step by step and keeps the progress here. */
import { randomBytes } from 'node:crypto';
import { DEAD_REASONS, DELIVERY_STATUSES, EVENT_TYPES, type LaneWake } from '@hooklane/core';
import type { Deliveries } from './deliveries.ts';
import type { DeliveryFilter } from './search.ts';
import { damagedRecord, oneOf, parseArray, parseObject, skipDamage, wholeNumber } from './damage.ts';
import type { StoreContext } from './store-context.ts';

/** A bulk action and how far it is. Times are ms since the epoch. */
export interface RedriveJob {
  id: string;
  action: 'redrive' | 'discard';
  filter: DeliveryFilter;
  /** What a person gave as the reason. */
  reason: string | null;
  state: 'waiting' | 'running' | 'done';
  /** How many matched when it was asked for. */
  matched: number;
  /** How many were put back or discarded so far. */
  done: number;
  createdAt: number;
  finishedAt: number | null;
}

/** What one step did. */
export interface RedriveStep {
  /** null when the action was forgotten or is done already. */
  action: RedriveJob['action'] | null;
  wakes: LaneWake[];
  /** Deliveries whose letters are closed: to be taken out of the queue `dead-letters`. */
  resolved: string[];
  finished: boolean;
}

const STEP = 200;
const KEPT_MS = 7 * 86_400_000;
/** The most bulk actions that a list has. */
export const MOST_LISTED = 50;

/** Bulk actions of the store. */
export class Redrives {
  readonly #context: StoreContext;
  readonly #deliveries: Deliveries;

  constructor(context: StoreContext, deliveries: Deliveries) {
    this.#context = context;
    this.#deliveries = deliveries;
  }

  #time(): number {
    return this.#context.clock?.() ?? Date.now();
  }

  /** Notes down a bulk action; a worker does it. One that runs on several shards has the same id and time on each. */
  async createRedrive(
    job: Pick<RedriveJob, 'action' | 'filter' | 'matched'> & { reason?: string | null },
    { id, createdAt } = this.newRedrive(),
  ): Promise<RedriveJob> {
    const key = this.#context.keys.redrive(id);
    await this.#context.call(async (redis) => {
      await redis.hset(key, {
        action: job.action,
        filter: JSON.stringify(job.filter),
        matched: job.matched,
        createdAt,
        state: 'waiting',
        done: 0,
        ...(job.reason ? { reason: job.reason } : {}),
      });
      await redis.pexpire(key, KEPT_MS);
      const { redrives } = this.#context.keys;
      await redis.zadd(redrives, createdAt, id);
      await redis.zremrangebyrank(redrives, 0, -1 - MOST_LISTED);
      await redis.pexpire(redrives, KEPT_MS);
    });
    return {
      ...job,
      reason: job.reason ?? null,
      id,
      state: 'waiting',
      done: 0,
      createdAt,
      finishedAt: null,
    };
  }

  /** An id and a time for {@link createRedrive}. */
  newRedrive(): Pick<RedriveJob, 'id' | 'createdAt'> {
    return { id: `rd_${randomBytes(10).toString('hex')}`, createdAt: this.#time() };
  }

  /** null when it is unknown. */
  async getRedrive(id: string): Promise<RedriveJob | null> {
    const fields = await this.#context.call((redis) => redis.hgetall(this.#context.keys.redrive(id)));
    if (Object.keys(fields).length === 0) return null;
    const action = oneOf<RedriveJob['action']>(['redrive', 'discard'], fields['action']);
    const state = oneOf<RedriveJob['state']>(['waiting', 'running', 'done'], fields['state']);
    // Damaged, it must do nothing: without its filter it would be for all.
    if (action === null || state === null)
      throw damagedRecord(`redrive:${id}`, 'its action or state is unknown');
    return {
      id,
      action,
      filter: readStoredFilter(id, fields['filter']),
      reason: fields['reason'] ?? null,
      state,
      matched: wholeNumber(fields['matched']),
      done: wholeNumber(fields['done']),
      createdAt: wholeNumber(fields['createdAt']),
      finishedAt: wholeNumber(fields['finishedAt']) || null,
    };
  }

  /** The latest, the newest first. */
  async listRedrives(): Promise<RedriveJob[]> {
    const { redrives } = this.#context.keys;
    const ids = await this.#context.call((redis) => redis.zrevrange(redrives, 0, MOST_LISTED - 1));
    const jobs = await Promise.all(ids.map((id) => this.getRedrive(id).catch(skipDamage(null))));
    return jobs.filter((job) => job !== null);
  }

  /**
   * Does up to 200 letters that died before the action was asked for. Repeating a step after a crash is harmless:
   * what is resolved is no longer found, and was counted with the doing. Letters that cannot go back (webhook deleted) are
   * passed over. `isFirst`: of this process; then what the step before has resolved is told again, because the process
   * that did it may have died before it took the letters out of the queue.
   */
  async stepRedrive(id: string, isFirst = false): Promise<RedriveStep> {
    const job = await this.getRedrive(id);
    const key = this.#context.keys.redrive(id);
    const before = isFirst ? await this.#resolvedBefore(key) : [];
    if (!job || job.state === 'done') {
      return { action: null, wakes: [], resolved: before, finished: true };
    }
    const cursor = await this.#context.call((redis) => redis.hget(key, 'cursor'));
    const page = await this.#deliveries.findDeadLetters(job.filter, {
      cursor,
      limit: STEP,
      diedBefore: job.createdAt,
    });
    const ids = page.items.map((delivery) => delivery.id);
    if (ids.length > 0) await this.#context.call((redis) => redis.hset(key, { step: JSON.stringify(ids) }));
    const { wakes, resolved } = await this.#apply(job, ids);
    const finished = page.next === null;
    await this.#context.call((redis) =>
      finished
        ? redis.hset(key, { state: 'done', finishedAt: this.#time() })
        : redis.hset(key, { state: 'running', cursor: page.next ?? '' }),
    );
    return { action: job.action, wakes, resolved: [...before, ...resolved], finished };
  }

  /** Of the latest step: those whose letters are open no more. */
  async #resolvedBefore(key: string): Promise<string[]> {
    const ids = readIds(await this.#context.call((redis) => redis.hget(key, 'step')));
    if (ids.length === 0) return [];
    const { dead } = this.#context.keys;
    const scores = await this.#context.call((redis) => redis.zmscore(dead, ids));
    return ids.filter((_, i) => scores[i] === null);
  }

  async #apply({ id, action }: RedriveJob, ids: string[]): Promise<Pick<RedriveStep, 'wakes' | 'resolved'>> {
    if (ids.length === 0) return { wakes: [], resolved: [] };
    if (action === 'discard') {
      await this.#deliveries.discard(ids, id);
      return { wakes: [], resolved: ids };
    }
    const { results, wakes } = await this.#deliveries.redeliverMany(ids, false, id);
    return { wakes, resolved: ids.filter((_, i) => results[i] === 'queued') };
  }
}

/** None where somebody wrote something else. */
function readIds(text: string | null): string[] {
  return (parseArray(text ?? '[]') ?? []).filter((id) => typeof id === 'string');
}

/** What a stored filter may say. */
const FILTER_WORDS: Record<string, readonly string[] | null> = {
  account: null,
  application: null,
  environment: null,
  webhook: null,
  event: EVENT_TYPES,
  status: DELIVERY_STATUSES,
  reason: DEAD_REASONS,
};

function isFilterMember([name, value]: [string, unknown]): boolean {
  if (name === 'accounts') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (['since', 'until', 'statusCode'].includes(name)) return Number.isSafeInteger(value);
  const words = FILTER_WORDS[name];
  return words !== undefined && typeof value === 'string' && (words === null || words.includes(value));
}

/** Throws `damaged_record` for one that a search would not understand. */
function readStoredFilter(id: string, text: string | undefined): DeliveryFilter {
  const filter = parseObject(text ?? '');
  if (filter !== null && Object.entries(filter).every(isFilterMember)) return filter;
  throw damagedRecord(`redrive:${id}`, 'its filter is missing or unknown');
}
