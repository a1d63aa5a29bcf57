/** Whose a key is: what a move must know of every key that Hooklane writes. */
import { nameKey } from '@hooklane/core';
import { skipDamage } from '../damage.ts';
import type { StoreContext } from '../store-context.ts';

/** What is done with a key when accounts move. */
export type KeyRule =
  /** All of it belongs to one account, which is found so. */
  | { kind: 'whole'; owner: OwnerRule }
  /** It holds members of many accounts, which are found so. */
  | { kind: 'members'; type: 'zset' | 'set'; owner: OwnerRule }
  /** It belongs to the shard. */
  | { kind: 'stays' };

/** How the account of an id, a key or a member is found. */
export type OwnerRule =
  | 'account'
  | 'scopeKey'
  | 'typedScopeKey'
  | 'scopeEntry'
  | 'webhook'
  | 'event'
  | 'delivery'
  | 'group'
  | 'notice';

const STAYS: KeyRule = { kind: 'stays' };

/**
 * By the first part of the name. What is not here is not of Hooklane, and a move refuses to begin: better than to leave
 * something behind.
 */
const WHOLE: Readonly<Record<string, OwnerRule>> = {
  event: 'event',
  tries: 'delivery',
  webhook: 'webhook',
  scope: 'scopeKey',
  hooks: 'scopeKey',
  index: 'scopeKey',
  match: 'typedScopeKey',
  lane: 'webhook',
  trying: 'webhook',
  state: 'webhook',
  log: 'webhook',
  dead: 'group',
  notice: 'notice',
  notices: 'account',
  notify: 'account',
  'notify-rate': 'account',
};

/** Names without a second part. */
const MEMBERS: Readonly<Record<string, KeyRule>> = {
  scopes: { kind: 'members', type: 'zset', owner: 'scopeEntry' },
  index: { kind: 'members', type: 'zset', owner: 'event' },
  lanes: { kind: 'members', type: 'zset', owner: 'webhook' },
  dead: { kind: 'members', type: 'zset', owner: 'delivery' },
  notices: { kind: 'members', type: 'zset', owner: 'notice' },
  'open-notices': { kind: 'members', type: 'zset', owner: 'notice' },
  'open-lanes': { kind: 'members', type: 'set', owner: 'webhook' },
  'slow-lanes': { kind: 'members', type: 'set', owner: 'webhook' },
  'dead-groups': { kind: 'members', type: 'set', owner: 'group' },
};

/** The keys with members of many accounts. */
export const SHARED_NAMES: readonly string[] = Object.keys(MEMBERS);

/** Of the shard itself, of the home shard, or of the queues. Bulk actions are copied by a step of their own. */
const STAYING: ReadonlySet<string> = new Set([
  'meta',
  'mover',
  'workers',
  'changes',
  'watched',
  'ahead',
  'backlog',
  'stepped',
  'rate',
  'redrive',
  'redrives',
  'session',
  'sessions',
  'token',
  'tokens',
  'audit',
  'guesses',
  'bull',
  'damaged',
]);

/** The rule of a key; `name` is without the prefix of the shard. null: none of Hooklane's. */
export function ruleOf(name: string): { rule: KeyRule; rest: string } | null {
  const colon = name.indexOf(':');
  const family = colon === -1 ? name : name.slice(0, colon);
  const rest = colon === -1 ? '' : name.slice(colon + 1);
  const members = rest === '' ? MEMBERS[family] : undefined;
  if (members !== undefined) return { rule: members, rest };
  if (STAYING.has(family)) return { rule: STAYS, rest };
  const owner = rest === '' ? undefined : WHOLE[family];
  return owner === undefined ? null : { rule: { kind: 'whole', owner }, rest };
}

/** Finds accounts; asks Redis for many at once and remembers webhooks. */
export class Owners {
  readonly #context: StoreContext;
  readonly #webhooks = new Map<string, string | null>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The account, as its names compare; null: nobody's, or damaged: it stays where it is. */
  of(rule: OwnerRule, id: string): Promise<string | null> {
    return this.#find(rule, id).catch(passOverDamage);
  }

  async #find(rule: OwnerRule, id: string): Promise<string | null> {
    switch (rule) {
      case 'account':
        return nameKey(id);
      case 'scopeKey':
        return id.slice(0, id.indexOf(':'));
      case 'typedScopeKey':
        return this.of('scopeKey', id.slice(id.indexOf(':') + 1));
      case 'scopeEntry':
        return nameKey((JSON.parse(id) as [string])[0]);
      case 'webhook':
        return this.#ofWebhook(id);
      case 'event':
        return this.#field(this.#context.keys.event(id), 'a');
      case 'delivery':
        return this.#ofDelivery(id);
      case 'group':
        return this.#ofGroup(id);
      case 'notice':
        return this.#ofNotice(id);
    }
  }

  async #field(key: string, field: string): Promise<string | null> {
    const account = await this.#context.redis.hget(key, field);
    return account === null ? null : nameKey(account);
  }

  async #ofWebhook(id: string): Promise<string | null> {
    const known = this.#webhooks.get(id);
    if (known !== undefined) return known;
    const account = await this.#field(this.#context.keys.webhook(id), 'account');
    if (this.#webhooks.size < MOST_REMEMBERED) this.#webhooks.set(id, account);
    return account;
  }

  /** `<event>.<webhook>`; an event that is gone may still have a webhook. */
  async #ofDelivery(id: string): Promise<string | null> {
    const dot = id.indexOf('.');
    return (await this.of('event', id.slice(0, dot))) ?? this.#ofWebhook(id.slice(dot + 1));
  }

  /** `<webhook>|…`; when the webhook is gone, any of its events tells. */
  async #ofGroup(group: string): Promise<string | null> {
    const account = await this.#ofWebhook(group.slice(0, group.indexOf('|')));
    if (account !== null) return account;
    const [event] = await this.#context.redis.zrange(`${this.#context.keys.prefix}dead:${group}`, '0', '0');
    return event === undefined ? null : this.of('event', event);
  }

  async #ofNotice(id: string): Promise<string | null> {
    const text = await this.#context.redis.hget(this.#context.keys.notice(id), 'n');
    return text === null ? null : nameKey((JSON.parse(text) as { account: string }).account);
  }
}

/** What is not of the type or form that belongs there has no owner that could be told. */
function passOverDamage(error: unknown): null {
  const isNoJson = error instanceof SyntaxError || error instanceof TypeError;
  return isNoJson ? null : skipDamage(null)(error);
}

/** About 100 bytes each. */
const MOST_REMEMBERED = 200_000;
