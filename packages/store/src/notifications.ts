/**
 * The URL that an account's operational events go to: a webhook that no list shows, of purpose `notifications`. Its lane is one
 * like any other, so that what is sent there is retried, signed and logged the one way.
 */
import { randomBytes } from 'node:crypto';
import {
  DEFAULT_MAX_IN_FLIGHT,
  type DisabledNotice,
  HooklaneError,
  ID_RANDOM_BYTES,
  type LanePool,
  type LaneWake,
  type Outcome,
  SIGNING_PROFILES,
  type SigningProfile,
  eventIdFrom,
  nameKey,
  webhookIdFrom,
} from '@hooklane/core';
import { AWAKE_MS, type StoreContext } from './store-context.ts';
import { oneOf, wholeNumber } from './damage.ts';
import { readLogLine } from './webhook-health.ts';
import { type SealedSecret, readDisabled, readSealed } from './webhook-record.ts';

/** One try of an operational event. */
export interface NotificationTry {
  /** When it was written down, ms since the epoch. */
  at: number;
  eventId: string;
  number: number;
  outcome: Outcome;
  statusCode: number | null;
  durationMs: number;
}

/** The notification URL of an account. Times are ms since the epoch. */
export interface NotificationTarget {
  url: string;
  signing: SigningProfile;
  tokenHeader: string;
  hasSecret: boolean;
  enabled: boolean;
  disabled: DisabledNotice | null;
  createdAt: number;
  updatedAt: number;
  /** How many operational events it is owed. */
  waiting: number;
  /** The latest tries, the newest first, at most 20. */
  recent: NotificationTry[];
}

/** What a person sets. */
export interface NotificationSettings {
  url: string;
  signing?: SigningProfile | undefined;
  tokenHeader?: string | undefined;
  /** undefined: as it is; null: none. */
  secret?: string | null | undefined;
}

const RECENT = 20;

/** The calls about notification URLs. */
export class Notifications {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  #time(): number {
    return this.#context.clock?.() ?? Date.now();
  }

  async #find(account: string): Promise<{ id: string; fields: Record<string, string> } | null> {
    const { keys } = this.#context;
    return this.#context.call(async (redis) => {
      const id = await redis.get(keys.notify(nameKey(account)));
      if (id === null) return null;
      const fields = await redis.hgetall(keys.webhook(id));
      return Object.keys(fields).length > 0 ? { id, fields } : null;
    });
  }

  /** null when the account has none. */
  async getNotifications(account: string): Promise<NotificationTarget | null> {
    const found = await this.#find(account);
    if (found === null) return null;
    const { id, fields } = found;
    const { keys } = this.#context;
    const [waiting, log] = await this.#context.call((redis) =>
      Promise.all([redis.zcard(keys.lane(id)), redis.xrevrange(keys.log(id), '+', '-', 'COUNT', RECENT)]),
    );
    return {
      url: fields['url'] ?? '',
      signing: oneOf(SIGNING_PROFILES, fields['signing']) ?? 'standard',
      tokenHeader: fields['tokenHeader'] ?? '',
      hasSecret: readSealed(id, fields).length > 0,
      enabled: fields['enabled'] === '1',
      disabled: readDisabled(fields),
      createdAt: wholeNumber(fields['createdAt']),
      updatedAt: wholeNumber(fields['updatedAt']),
      waiting,
      recent: log.flatMap(readLog).slice(0, RECENT),
    };
  }

  /** Sets or replaces it; what was disabled is enabled, and is judged anew. */
  async setNotifications(
    account: string,
    settings: NotificationSettings,
  ): Promise<{ target: NotificationTarget; wakes: LaneWake[] }> {
    const found = await this.#find(account);
    const now = this.#time();
    const id = found?.id ?? webhookIdFrom(now, randomBytes(ID_RANDOM_BYTES));
    const { keys } = this.#context;
    const fields: Record<string, string> = {
      enabled: '1',
      account,
      kind: 'account',
      scope: '',
      event: '',
      name: 'notifications',
      url: settings.url,
      signing: settings.signing ?? found?.fields['signing'] ?? 'standard',
      tokenHeader: settings.tokenHeader ?? found?.fields['tokenHeader'] ?? '',
      maxInFlight: String(DEFAULT_MAX_IN_FLIGHT),
      createdAt: found?.fields['createdAt'] ?? String(now),
      updatedAt: String(now),
    };
    if (settings.secret !== undefined || found === null) {
      const sealed: SealedSecret[] =
        typeof settings.secret === 'string'
          ? [{ sealed: this.#context.secrets.seal(settings.secret, id), until: null }]
          : [];
      fields['secrets'] = JSON.stringify(sealed);
    }
    await this.#context.call((redis) =>
      redis
        .multi()
        .set(keys.notify(nameKey(account)), id)
        .hset(keys.webhook(id), fields)
        .hdel(keys.webhook(id), 'disabled')
        .hincrby(keys.webhook(id), 'version', 1)
        .hdel(keys.state(id), 'fa', 'fl', 'bs', 'bp', 'b', 'sl')
        .srem(keys.openLanes, id)
        .srem(keys.slowLanes, id)
        // Should the wake get lost, the sweep finds the lane.
        .zadd(keys.lanes, this.#time(), id)
        .exec(),
    );
    const target = await this.getNotifications(account);
    if (target === null) {
      const detail = `The notification URL of ${account} was removed by somebody meanwhile. Try again.`;
      throw new HooklaneError('redis_unavailable', { detail });
    }
    // What waits goes to the new URL, at once.
    return { target, wakes: target.waiting > 0 ? [{ webhookId: id, pool: 'lanes', at: 0 }] : [] };
  }

  /** What it was still owed is given up. Returns whether there was one. */
  async deleteNotifications(account: string): Promise<boolean> {
    const found = await this.#find(account);
    if (found === null) return false;
    const { keys } = this.#context;
    await this.#context.call((redis) =>
      redis
        .multi()
        .del(keys.notify(nameKey(account)))
        .hset(keys.webhook(found.id), 'deleted', '1')
        .hdel(keys.webhook(found.id), 'secrets')
        .zadd(keys.lanes, this.#time(), found.id)
        .exec(),
    );
    return true;
  }

  /** Sends an operational event that tells nothing. null when the account has no URL, or it is disabled. */
  async sendTestNotification(account: string): Promise<{ eventId: string; wakes: LaneWake[] } | null> {
    const now = this.#time();
    const eventId = eventIdFrom(now, randomBytes(ID_RANDOM_BYTES));
    const type = 'notifications.test';
    const message = 'This is a test: notices of this account arrive here.';
    const body = { type, timestamp: new Date(now).toISOString(), data: { account, message } };
    const [target, pool, mark = ''] = (await this.#context.run('send_notification', [
      this.#context.now(),
      AWAKE_MS,
      this.#context.retentionMs,
      nameKey(account),
      account,
      eventId,
      type,
      JSON.stringify(body),
    ])) as [string?, string?, string?];
    if (target === undefined) return null;
    const wakes = pool ? [{ webhookId: target, pool: pool as LanePool, at: 0, mark }] : [];
    return { eventId, wakes };
  }
}

/** Lines of the log, `event number|outcome|status|ms`, the newest first. */
function readLog([id, fields]: [string, string[]]): NotificationTry[] {
  const lines = (fields[1] ?? '').split('\n').toReversed();
  return lines.flatMap((line) => {
    const logged = readLogLine(line, Number(id.split('-')[0]));
    return logged === null ? [] : [logged];
  });
}
