/** Events, deliveries and their history, one at a time. */
import {
  type AcceptedEvent,
  type Attempt,
  type Delivery,
  EVENT_TYPES,
  type LaneWake,
  type ScopeKind,
  type UnmatchedReason,
  type Webhook,
  deliveryId,
  parseDeliveryId,
} from '@hooklane/core';
import { readAttempt } from './attempt-record.ts';
import { damagedRecord, oneOf, parseObject, skipDamage, wholeNumber } from './damage.ts';
import { type DeadGroup, findDeadGroups } from './dead-groups.ts';
import { decodeState } from './delivery-state.ts';
import { dispatch, readWakes } from './dispatch.ts';
import {
  type DeliveryPage,
  type DeliveryFilter,
  type RankedPage,
  type RankedRequest,
  findDeliveries,
  findDeadLetters,
  rankDeadLetters,
  rankDeliveries,
  toDelivery,
} from './search.ts';
import { AWAKE_MS, type StoreContext } from './store-context.ts';
import { flatToRecord } from './webhook-record.ts';

/** An event, who hears of it, and if nobody: why. */
export interface EventRecord {
  event: AcceptedEvent;
  /** Set when no webhook matched. */
  unmatched: UnmatchedReason | null;
  deliveries: Delivery[];
}

/** What became of a wish to deliver again. */
export type RedeliverResult = 'queued' | 'missing' | 'in_progress' | 'webhook_missing';

/** Enough to read every try of a delivery; the list is cut to 100 by the script that writes it. */
const ALL = -1;

/** Calls about single events and deliveries. */
export class Deliveries {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** null when it is unknown or retention has taken it. */
  async getEvent(id: string): Promise<EventRecord | null> {
    const { keys } = this.#context;
    const fields = flatToRecord(await this.#context.call((redis) => redis.hgetall(keys.event(id))));
    // Operational events are told of where the account's notification URL is.
    if (Object.keys(fields).length === 0 || fields['k'] === 'account') return null;
    const webhookIds = Object.keys(fields)
      .filter((field) => field.startsWith('d:'))
      .map((field) => field.slice(2))
      .toSorted();
    const dues = await this.#context.call(() =>
      Promise.all(webhookIds.map((webhookId) => this.#dueAt(webhookId, id))),
    );
    return {
      event: readEvent(id, fields),
      unmatched: oneOf(UNMATCHED_REASONS, fields['r']),
      deliveries: webhookIds.map((webhookId, i) => deliveryOf(id, webhookId, fields, dues[i] ?? null)),
    };
  }

  /** With all recorded attempts, the first one first, and the event's body. null when it is unknown. */
  async getDelivery(id: string): Promise<{ delivery: Delivery; attempts: Attempt[]; body: string } | null> {
    const parts = parseDeliveryId(id);
    if (!parts) return null;
    const { keys } = this.#context;
    const field = `d:${parts.webhookId}`;
    const names = ['t', 'a', 'k', 'n', 'c', 'b', field];
    const [values, due, attempts] = await this.#context.call((redis) =>
      Promise.all([
        redis.hmget(keys.event(parts.eventId), ...names),
        this.#dueAt(parts.webhookId, parts.eventId),
        this.#attempts(id),
      ]),
    );
    const fields: Record<string, string> = {};
    names.forEach((name, i) => {
      const value = values[i];
      if (value !== null && value !== undefined) fields[name] = value;
    });
    const text = fields[field];
    if (text === undefined || fields['k'] === 'account') return null;
    const delivery = deliveryOf(parts.eventId, parts.webhookId, fields, due);
    return { delivery, attempts: withSuccess(attempts, text), body: fields['b'] ?? '' };
  }

  /** null while it is being tried: the lane then holds the end of its lease. */
  async #dueAt(webhookId: string, eventId: string): Promise<string | null> {
    const { redis, keys } = this.#context;
    const [due, isTried] = await Promise.all([
      redis.zscore(keys.lane(webhookId), eventId),
      redis.sismember(keys.trying(webhookId), eventId),
    ]);
    return isTried === 1 ? null : due;
  }

  async #attempts(id: string): Promise<Attempt[]> {
    const lines = await this.#context.redis.lrange(this.#context.keys.tries(id), 0, ALL);
    return lines.map(readAttempt).filter((attempt) => attempt !== null);
  }

  /** The attempts of several deliveries, in the order of the ids; unknown ones have none. */
  async getAttempts(deliveryIds: readonly string[]): Promise<Attempt[][]> {
    return this.#context.call(() =>
      Promise.all(
        deliveryIds.map(async (id) => {
          const parts = parseDeliveryId(id);
          if (!parts) return [];
          const event = this.#context.keys.event(parts.eventId);
          const [text, attempts] = await Promise.all([
            this.#context.redis.hget(event, `d:${parts.webhookId}`).catch(skipDamage(null)),
            // One history that cannot be read does not hide the page.
            this.#attempts(id).catch(skipDamage<Attempt[]>([])),
          ]);
          return text === null ? [] : withSuccess(attempts, text);
        }),
      ),
    );
  }

  /** The newest event first. Throws `invalid_cursor`. */
  findDeliveries(
    filter: DeliveryFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<DeliveryPage> {
    return findDeliveries(this.#context, filter, page);
  }

  /** Open dead letters, the newest death first. Throws `invalid_cursor`. */
  findDeadLetters(
    filter: DeliveryFilter,
    page: { cursor: string | null; limit: number; diedBefore?: number },
  ): Promise<DeliveryPage> {
    return findDeadLetters(this.#context, filter, page);
  }

  /** The newest event first, with the place of each. */
  rankDeliveries(filter: DeliveryFilter, request: RankedRequest): Promise<RankedPage> {
    return rankDeliveries(this.#context, filter, request);
  }

  /** Open dead letters, the newest death first, with the place of each. */
  rankDeadLetters(filter: DeliveryFilter, request: RankedRequest): Promise<RankedPage> {
    return rankDeadLetters(this.#context, filter, request);
  }

  /** Open dead letters by what they have in common, the largest group first. */
  findDeadGroups(filter: DeliveryFilter, limit: number): Promise<{ items: DeadGroup[]; truncated: boolean }> {
    return findDeadGroups(this.#context, filter, limit);
  }

  /** Several by their ids, in that order, without those that are unknown. */
  async findMany(ids: readonly string[]): Promise<Delivery[]> {
    const found = await Promise.all(
      ids.map((id) => this.#context.call(() => this.#find(id)).catch(skipDamage(null))),
    );
    return found.filter((delivery) => delivery !== null);
  }

  async #find(id: string): Promise<Delivery | null> {
    const parts = parseDeliveryId(id);
    if (!parts) return null;
    const { redis, keys } = this.#context;
    const names = ['t', 'a', 'k', 'n', 'c', `d:${parts.webhookId}`];
    const [values, due] = await Promise.all([
      redis.hmget(keys.event(parts.eventId), ...names),
      this.#dueAt(parts.webhookId, parts.eventId),
    ]);
    if (!values.at(-1)) return null;
    const fields = Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
    return deliveryOf(parts.eventId, parts.webhookId, fields, due);
  }

  /** Puts one finished delivery back into its lane, before all others, with a fresh schedule. */
  async redeliver(
    id: string,
  ): Promise<
    { kind: 'queued'; wakes: LaneWake[] } | { kind: 'missing' | 'in_progress' | 'webhook_missing' }
  > {
    if (!parseDeliveryId(id)) return { kind: 'missing' };
    const { results, wakes } = await this.redeliverMany([id], true);
    const kind = results[0] ?? 'missing';
    return kind === 'queued' ? { kind, wakes } : { kind };
  }

  /** The same for many; `first`: before all others; `redrive`: the bulk action that counts them. */
  async redeliverMany(
    ids: readonly string[],
    first = false,
    redrive = '',
  ): Promise<{ results: RedeliverResult[]; wakes: LaneWake[] }> {
    const args: (string | number)[] = [
      this.#context.now(),
      this.#context.retentionMs,
      AWAKE_MS,
      first ? '1' : '0',
      redrive,
    ];
    for (const id of ids) {
      const parts = parseDeliveryId(id);
      // One that is no id keeps its place among the results, as `missing`.
      args.push(parts?.eventId ?? '', parts?.webhookId ?? '');
    }
    const [results, wakes] = (await this.#context.run('redeliver', args)) as [RedeliverResult[], string[]];
    return { results, wakes: readWakes(wakes) };
  }

  /** Closes open dead letters without sending them again; `redrive` as above. How many were open. */
  async discard(ids: readonly string[], redrive = ''): Promise<number> {
    const args: (string | number)[] = [this.#context.retentionMs, redrive];
    for (const id of ids) {
      const parts = parseDeliveryId(id);
      if (parts) args.push(parts.eventId, parts.webhookId);
    }
    return Number(await this.#context.run('discard', args));
  }

  /** Stores an event for this webhook alone and puts it into the lane, before all others. */
  async sendTest(webhook: Webhook, event: AcceptedEvent): Promise<{ deliveryId: string; wakes: LaneWake[] }> {
    const { wakes } = await dispatch(this.#context, [event], webhook.id);
    return { deliveryId: deliveryId(event.id, webhook.id), wakes };
  }

  /** How many open dead letters match; counts up to `limit`. */
  async countDeadLetters(filter: DeliveryFilter, limit: number): Promise<number> {
    let count = 0;
    let cursor: string | null = null;
    do {
      const page: DeliveryPage = await findDeadLetters(this.#context, filter, {
        cursor,
        limit: Math.min(500, limit - count),
      });
      count += page.items.length;
      cursor = page.next;
    } while (cursor !== null && count < limit);
    return count;
  }
}

const UNMATCHED_REASONS: readonly UnmatchedReason[] = ['scope_disabled', 'no_matching_webhook'];

/** Whose event it is, and of what. Throws `damaged_record`. */
function readOrigin(
  id: string,
  fields: Record<string, string>,
): Pick<AcceptedEvent, 'type' | 'account' | 'scope'> {
  const type = oneOf(EVENT_TYPES, fields['t']);
  const kind = oneOf<ScopeKind>(['application', 'environment'], fields['k']);
  const [account, name] = [fields['a'], fields['n']];
  if (type !== null && kind !== null && account && name) return { type, account, scope: { kind, name } };
  throw damagedRecord(`event:${id}`, 'its type, account or scope is missing or unknown');
}

function readEvent(id: string, fields: Record<string, string>): AcceptedEvent {
  if (parseObject(fields['b'] ?? '') === null)
    throw damagedRecord(`event:${id}`, 'its body is no JSON object');
  return {
    id,
    ...readOrigin(id, fields),
    acceptedAt: wholeNumber(fields['c']),
    occurredAt: wholeNumber(fields['o']),
    ...(fields['tp'] ? { traceparent: fields['tp'] } : {}),
    body: fields['b'] ?? '',
  };
}

function deliveryOf(
  eventId: string,
  webhookId: string,
  fields: Record<string, string>,
  due: string | null,
): Delivery {
  return toDelivery({
    eventId,
    webhookId,
    text: fields[`d:${webhookId}`] ?? 'p',
    ...readOrigin(eventId, fields),
    acceptedAt: wholeNumber(fields['c']),
    dueAt: due === null ? null : Number(due),
  });
}

/** Failures are kept one by one; the last success is in the state itself, where it costs nothing. */
function withSuccess(attempts: Attempt[], text: string): Attempt[] {
  const state = decodeState(text);
  // A run that lost its lane may succeed with the number of a try that its successor counted as interrupted.
  const isListed = attempts.some(({ number, outcome }) => number === state.tries && outcome === 'ok');
  if (state.lastOutcome !== 'ok' || isListed) return attempts;
  const success: Attempt = {
    number: state.tries,
    startedAt: state.lastAt,
    durationMs: state.lastMs,
    outcome: 'ok',
    fault: null,
    statusCode: state.lastCode,
    error: null,
    response: null,
  };
  return [...attempts, success].toSorted((a, b) => a.number - b.number);
}
