/** Notices of an account: written by workers together with what they tell, listed and acknowledged by people. */
import { randomBytes } from 'node:crypto';
import {
  HooklaneError,
  ID_RANDOM_BYTES,
  type LanePool,
  type LaneWake,
  type Notice,
  eventIdFrom,
  nameKey,
  noticeIdFrom,
} from '@hooklane/core';
import { skipDamage, wholeNumber } from './damage.ts';
import { readSaid } from './notice-record.ts';
import { AWAKE_MS, type StoreContext } from './store-context.ts';

/** A notice to raise. */
export interface NewNotice extends Omit<Notice, 'id' | 'at' | 'acknowledgedAt'> {
  /** Of the lane that it is about: a webhook's, or the one of a notification URL. */
  laneId: string;
  /** The worker's clock, ms since the epoch. */
  now: number;
}

/** Filters of the list. */
export interface NoticeFilter {
  account?: string;
  /** Only these. */
  accounts?: readonly string[];
  webhook?: string;
  /** ms since the epoch, inclusive. */
  since?: number;
  /** Only those that nobody has acknowledged, or only those that somebody has. */
  acknowledged?: boolean;
}

const DAY_MS = 86_400_000;

/** How long a notice is kept, ms. */
const KEPT_MS = 90 * DAY_MS;

/** The most notices of one account; the oldest go first. */
const MOST_PER_ACCOUNT = 1000;

/** The most warnings that are sent to one account's URL in an hour. What is disabled is always sent. */
const MOST_SENT_PER_HOUR = 100;

const SCAN = 500;
const MOST_STEPS = 20;

/** The lowest id of a time, so that ids can be searched by time. */
function lowestId(at: number): string {
  return noticeIdFrom(Math.max(0, Math.floor(at)), new Uint8Array(ID_RANDOM_BYTES));
}

/** The body of an operational event: the members that Standard Webhooks 1.0 recommends, and the notice. */
function operationalBody(id: string, now: number, notice: NewNotice): string {
  const { kind, account, webhook, message, reason } = notice;
  const data = {
    notice_id: id,
    account,
    webhook_id: webhook?.id ?? null,
    webhook_name: webhook?.name ?? null,
    scope: webhook?.scope ?? null,
    event: webhook?.event ?? null,
    message,
    reason,
    ...failureFacts(notice),
  };
  return JSON.stringify({ type: kind, timestamp: new Date(now).toISOString(), data });
}

function failureFacts({ streak, last }: NewNotice): Record<string, unknown> {
  return {
    failing_since: streak === null ? null : new Date(streak.since).toISOString(),
    failed_tries: streak?.tries ?? null,
    last_outcome: last?.outcome ?? null,
    last_status_code: last?.statusCode ?? null,
    last_error: last?.error ?? null,
  };
}

/** The notice calls of the store. */
export class Notices {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Writes a notice, disables the webhook when that is what it tells, and sends the operational event, in one step.
   * null: the streak is another one by now, or the webhook is gone or disabled already. Repeating it is harmless.
   */
  async raise(notice: NewNotice): Promise<{ notice: Notice; wakes: LaneWake[] } | null> {
    const { laneId, now, ...said } = notice;
    const id = noticeIdFrom(now, randomBytes(ID_RANDOM_BYTES));
    const sends = notice.webhook !== null;
    const disabled =
      notice.reason === null
        ? ''
        : JSON.stringify({ reason: notice.reason, at: now, message: notice.message });
    const [said1, target = '', pool = '', mark = ''] = (await this.#context.run('raise_notice', [
      this.#context.now(),
      AWAKE_MS,
      this.#context.retentionMs,
      laneId,
      notice.streak?.step ?? 'gone',
      notice.streak?.since ?? '',
      id,
      JSON.stringify(said),
      KEPT_MS,
      MOST_PER_ACCOUNT,
      lowestId(now - KEPT_MS),
      nameKey(notice.account),
      notice.account,
      disabled,
      sends ? eventIdFrom(now, randomBytes(ID_RANDOM_BYTES)) : '',
      notice.kind,
      sends ? operationalBody(id, now, notice) : '',
      MOST_SENT_PER_HOUR,
    ])) as [string, string?, string?, string?];
    if (said1 === 'stale') return null;
    const wakes: LaneWake[] =
      target === '' || pool === '' ? [] : [{ webhookId: target, pool: pool as LanePool, at: 0, mark }];
    return { notice: { ...said, id, at: now, acknowledgedAt: null }, wakes };
  }

  /** null when there is none. */
  async getNotice(id: string): Promise<Notice | null> {
    const fields = await this.#context.call((redis) => redis.hgetall(this.#context.keys.notice(id)));
    return readNotice(id, fields);
  }

  /** The newest first. A page can have fewer items than `limit` and still a `next`. Throws `invalid_cursor`. */
  async findNotices(
    filter: NoticeFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Notice[]; next: string | null }> {
    if (page.cursor !== null && !/^ntc_[0-9a-z]{26}$/.test(page.cursor)) {
      const detail = 'The cursor is not one that this list gave. Leave it out to begin at the newest notice.';
      throw new HooklaneError('invalid_cursor', { field: 'cursor', detail });
    }
    const items: Notice[] = [];
    let after = page.cursor;
    for (let step = 0; step < MOST_STEPS; step++) {
      const found = await this.#read(filter, after);
      for (const { id, notice } of found) {
        after = id;
        if (notice === null || !matches(notice, filter)) continue;
        items.push(notice);
        if (items.length === page.limit) return { items, next: after };
      }
      if (found.length < SCAN) return { items, next: null };
    }
    return { items, next: after };
  }

  async #read(filter: NoticeFilter, after: string | null): Promise<{ id: string; notice: Notice | null }[]> {
    const { keys } = this.#context;
    const index =
      filter.account !== undefined
        ? keys.noticesOf(nameKey(filter.account))
        : filter.acknowledged === false
          ? keys.openNotices
          : keys.notices;
    const from = after === null ? '+' : `(${after}`;
    const to = filter.since === undefined ? '-' : `[${lowestId(filter.since)}`;
    return this.#context.call(async (redis) => {
      const ids = await redis.zrevrangebylex(index, from, to, 'LIMIT', 0, SCAN);
      return Promise.all(
        ids.map(async (id) => {
          const fields = await redis.hgetall(keys.notice(id)).catch(skipDamage({}));
          return { id, notice: readNotice(id, fields) };
        }),
      );
    });
  }

  /** A person has seen it. null when there is none. */
  async acknowledgeNotice(id: string): Promise<Notice | null> {
    await this.#context.run('acknowledge_notice', [this.#context.now(), id]);
    return this.getNotice(id);
  }

  /** How many nobody has acknowledged, of these accounts or of all. */
  async countOpenNotices(accounts?: readonly string[]): Promise<number> {
    if (accounts !== undefined) {
      const page = { cursor: null, limit: MOST_PER_ACCOUNT };
      const found = accounts.map((account) => this.findNotices({ account, acknowledged: false }, page));
      return (await Promise.all(found)).reduce((sum, { items }) => sum + items.length, 0);
    }
    return this.#context.call((redis) => redis.zcard(this.#context.keys.openNotices));
  }

  /** Drops what is too old from the lists. */
  async prune(now: number): Promise<void> {
    const { notices, openNotices } = this.#context.keys;
    const oldest = `(${lowestId(now - KEPT_MS)}`;
    await this.#context.call((redis) =>
      Promise.all([notices, openNotices].map((key) => redis.zremrangebylex(key, '-', oldest))),
    );
  }
}

function readNotice(id: string, fields: Record<string, string>): Notice | null {
  const said = fields['n'] === undefined ? null : readSaid(fields['n']);
  if (said === null) return null;
  const acknowledgedAt = fields['ack'] === undefined ? null : wholeNumber(fields['ack']);
  return { ...said, id, at: wholeNumber(fields['at']), acknowledgedAt };
}

function matches(notice: Notice, filter: NoticeFilter): boolean {
  const { accounts } = filter;
  if (accounts && !accounts.some((one) => nameKey(one) === nameKey(notice.account))) return false;
  if (filter.webhook !== undefined && notice.webhook?.id !== filter.webhook) return false;
  return filter.acknowledged === undefined || (notice.acknowledgedAt !== null) === filter.acknowledged;
}
