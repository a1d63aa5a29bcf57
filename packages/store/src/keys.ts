/** The names of all keys. Nothing else in Hooklane spells a key. All keys of a shard share its hash tag. */
import { nameKey, type Scope } from '@hooklane/core';

/** Key names of one shard. */
export interface Keys {
  /** `{h0}:`: what scripts put before every key. */
  prefix: string;
  event: (id: string) => string;
  tries: (deliveryId: string) => string;
  webhook: (id: string) => string;
  scope: (scopeKey: string) => string;
  hooks: (scopeKey: string) => string;
  redrive: (id: string) => string;
  /** By the digest of its id. */
  session: (digest: string) => string;
  sessionsOf: (principalId: string) => string;
  token: (id: string) => string;
  tokens: string;
  audit: string;
  lane: (webhookId: string) => string;
  trying: (webhookId: string) => string;
  scopes: string;
  /** The latest bulk actions, by time. */
  redrives: string;
  /** What changes while somebody watches, and how many changes there were. */
  changes: string;
  changesCount: string;
  log: (webhookId: string) => string;
  lanes: string;
  state: (webhookId: string) => string;
  /** Counters of a minute since the epoch. */
  rate: (minute: number) => string;
  workers: string;
  openLanes: string;
  slowLanes: string;
  dead: string;
  index: string;
  meta: string;
  /** Who moves shards at present. */
  mover: string;
  notice: (id: string) => string;
  /** Ids of notices; they sort by time. */
  notices: string;
  openNotices: string;
  noticesOf: (accountKey: string) => string;
  /** The id of the webhook that is an account's notification URL. */
  notify: (accountKey: string) => string;
}

/** Key names of a shard. */
export function keysOf(shard: number): Keys {
  const prefix = `{h${shard}}:`;
  return {
    prefix,
    event: (id) => `${prefix}event:${id}`,
    tries: (id) => `${prefix}tries:${id}`,
    webhook: (id) => `${prefix}webhook:${id}`,
    scope: (key) => `${prefix}scope:${key}`,
    hooks: (key) => `${prefix}hooks:${key}`,
    redrive: (id) => `${prefix}redrive:${id}`,
    session: (digest) => `${prefix}session:${digest}`,
    sessionsOf: (principalId) => `${prefix}sessions:${principalId}`,
    token: (id) => `${prefix}token:${id}`,
    tokens: `${prefix}tokens`,
    audit: `${prefix}audit`,
    lane: (id) => `${prefix}lane:${id}`,
    trying: (id) => `${prefix}trying:${id}`,
    scopes: `${prefix}scopes`,
    redrives: `${prefix}redrives`,
    changes: `${prefix}changes`,
    changesCount: `${prefix}changes:n`,
    log: (id) => `${prefix}log:${id}`,
    lanes: `${prefix}lanes`,
    state: (id) => `${prefix}state:${id}`,
    rate: (minute) => `${prefix}rate:${minute}`,
    workers: `${prefix}workers`,
    openLanes: `${prefix}open-lanes`,
    slowLanes: `${prefix}slow-lanes`,
    dead: `${prefix}dead`,
    index: `${prefix}index`,
    meta: `${prefix}meta`,
    mover: `${prefix}mover`,
    notice: (id) => `${prefix}notice:${id}`,
    notices: `${prefix}notices`,
    openNotices: `${prefix}open-notices`,
    noticesOf: (key) => `${prefix}notices:${key}`,
    notify: (key) => `${prefix}notify:${key}`,
  };
}

/** A scope as part of a key. The name comes last, because it alone may hold any character. */
export function scopeKeyOf(account: string, scope: Scope): string {
  return `${nameKey(account)}:${scope.kind}:${nameKey(scope.name)}`;
}
