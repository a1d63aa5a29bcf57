/**
 * What the server needs of Redis, declared here where it is used; `store`, `queue` and `producer` fulfil it.
 * Calls fail with `redis_unavailable` when Redis cannot be reached.
 */
import type {
  AcceptedEvent,
  Attempt,
  DeadReason,
  Delivery,
  DeliveryStatus,
  EventType,
  LaneWake,
  Outcome,
  Scope,
  ScopeKind,
  SigningProfile,
  UnmatchedReason,
  Webhook,
} from '@hooklane/core';
import type { AuditStore, TokenStore } from './access-ports.ts';
import type { NoticeStore, NotificationStore } from './notice-ports.ts';

export type { AuditEntry, AuditStore, TokenRecord, TokenStore } from './access-ports.ts';

/** A webhook to create; already validated. */
export interface NewWebhook {
  account: string;
  scope: Scope;
  event: EventType;
  name: string;
  url: string;
  secret: string | null;
  signing: SigningProfile;
  tokenHeader: string;
  maxInFlight: number;
  enabled: boolean;
}

/** What may change of a webhook; a missing key leaves it as it is. */
export interface WebhookPatch {
  event?: EventType;
  name?: string;
  url?: string;
  signing?: SigningProfile;
  tokenHeader?: string;
  maxInFlight?: number;
  enabled?: boolean;
  /** A new secret, or null for none. */
  secret?: string | null;
  /** How long the old secret goes on signing beside the new one, ms; 0 to 7 days. */
  secretOverlapMs?: number;
}

/** Webhooks and the master switches of scopes. */
export interface WebhookStore {
  /** Throws `name_taken`. */
  createWebhook(input: NewWebhook): Promise<Webhook>;
  getWebhook(id: string): Promise<Webhook | null>;
  /** Friendly Names in the order of the ids; null for one that was deleted. */
  getNames(ids: readonly string[]): Promise<(string | null)[]>;
  /** null when there is no such webhook. Throws `name_taken`. `wakes`: lanes that have work again. */
  updateWebhook(id: string, patch: WebhookPatch): Promise<{ webhook: Webhook; wakes: LaneWake[] } | null>;
  /** What it was still owed is dropped by the worker, in batches. */
  deleteWebhook(id: string): Promise<{ wakes: LaneWake[] } | null>;
  getScope(account: string, scope: Scope): Promise<{ scope: Scope; enabled: boolean; webhooks: Webhook[] }>;
  setScopeEnabled(account: string, scope: Scope, enabled: boolean): Promise<void>;
  /** Every scope that has a switch or a webhook, ordered by account, kind, name. */
  listScopes(filter: {
    account?: string;
    kind?: ScopeKind;
    /** A part of the account's or the scope's name, in any case. */
    search?: string;
  }): Promise<{ account: string; scope: Scope; enabled: boolean; webhooks: number }[]>;
}

/** Filters of deliveries and dead letters: the names of the query in DESIGN section 4. */
export interface DeliveryFilter {
  account?: string;
  /** Only of these accounts: the bound of a token. Both must hold. */
  accounts?: readonly string[];
  application?: string;
  environment?: string;
  webhook?: string;
  event?: EventType;
  status?: DeliveryStatus;
  reason?: DeadReason;
  /** Of the last answer; 0: no answer came. */
  statusCode?: number;
  /** By creation, inclusive, ms since the epoch. */
  since?: number;
  /** By creation, exclusive, ms since the epoch. */
  until?: number;
}

/** An event, who heard of it, and if nobody: why. */
export interface EventRecord {
  event: AcceptedEvent;
  /** Set when no webhook matched. */
  unmatched: UnmatchedReason | null;
  deliveries: Delivery[];
}

/** Events, deliveries and their history. */
export interface DeliveryStore {
  /** `accounts`: of whom it is. With shards, events of different accounts can have the same id. */
  getEvent(id: string, accounts?: readonly string[]): Promise<EventRecord | null>;
  /** Newest first. A page can have fewer items than `limit` and still a `next`. Throws `invalid_cursor`. */
  findDeliveries(
    filter: DeliveryFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Delivery[]; next: string | null }>;
  /** Open dead letters, the newest death first. The same rules. */
  findDeadLetters(
    filter: DeliveryFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Delivery[]; next: string | null }>;
  /** With all recorded attempts, the first one first, and the event's body. */
  getDelivery(id: string): Promise<{ delivery: Delivery; attempts: Attempt[]; body: string } | null>;
  getAttempts(deliveryIds: readonly string[]): Promise<Attempt[][]>;
  /**
   * Puts a finished delivery back into its lane with a fresh schedule.
   * `in_progress`: it is still on its way. `webhook_missing`: its webhook was deleted.
   */
  redeliver(
    id: string,
  ): Promise<{ kind: 'queued'; wakes: LaneWake[] } | { kind: 'missing' | 'in_progress' | 'webhook_missing' }>;
  /** Stores the event for this webhook alone and puts it into the lane. */
  sendTest(webhook: Webhook, event: AcceptedEvent): Promise<{ deliveryId: string; wakes: LaneWake[] }>;
  /** Several by their ids, in that order, without those that are unknown. */
  findMany(ids: readonly string[]): Promise<Delivery[]>;
  /** Open dead letters by what they have in common, the largest group first. */
  findDeadGroups(filter: DeliveryFilter, limit: number): Promise<{ items: DeadGroup[]; truncated: boolean }>;
  /** How many open dead letters match; counts up to `limit`. */
  countDeadLetters(filter: DeliveryFilter, limit: number): Promise<number>;
}

/** Dead letters of one webhook that died for the same reason after the same answer. Times are ms since the epoch. */
export interface DeadGroup {
  webhookId: string;
  /** null: the webhook was deleted. */
  webhookName: string | null;
  account: string;
  scope: Scope;
  event: EventType;
  reason: DeadReason;
  /** null: no answer came. */
  statusCode: number | null;
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Some changes of deliveries, in their order. */
export interface ChangeBatch {
  /** Where one is after it. Opaque. */
  position: string;
  /** Deliveries that may look different; some may not exist any more. */
  deliveryIds: string[];
  /** Some changes before these were lost, or were too many to be told. */
  missed: boolean;
}

/** What changes while somebody watches. */
export interface ChangeFeed {
  /** The first batch comes at once, is empty and says where it begins. Waits for a lost Redis. */
  follow(signal: AbortSignal): AsyncIterable<ChangeBatch>;
  /** What changed after a position that was given before; null: that is no longer known. */
  since(position: string): Promise<ChangeBatch | null>;
}

/** What a bulk action on dead letters is doing; it runs in the worker and survives the caller. */
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

/** Bulk actions on dead letters. */
export interface RedriveStore {
  createRedrive(job: Pick<RedriveJob, 'action' | 'filter' | 'matched' | 'reason'>): Promise<RedriveJob>;
  /** The latest 50, the newest first. */
  listRedrives(): Promise<RedriveJob[]>;
  getRedrive(id: string): Promise<RedriveJob | null>;
}

/** Hints to the workers. */
export interface WakeQueue {
  wake(wakes: readonly LaneWake[]): Promise<void>;
  startRedrive(id: string): Promise<void>;
  /** Takes letters out of the queue `dead-letters`; a missing one is no error. */
  removeDeadLetters(deliveryIds: readonly string[]): Promise<void>;
}

/** Whether this Redis can hold deliveries safely. */
export interface HealthStore {
  /** Resolves within 2 s; `problems` are sentences for an operator. */
  checkRedis(): Promise<{ ok: boolean; version: string | null; problems: string[] }>;
  /** Gauges for /metrics and status. */
  readBacklog(): Promise<{
    lanes: number;
    openLanes: number;
    waiting: number;
    oldestDueAgeMs: number;
    deadLetters: number;
  }>;
}

/** The way in for events. Settles within 1 s; fails with the codes of the producer. */
export interface EventIntake {
  emit(event: {
    account: string;
    type: EventType;
    body: object;
    /** The exact text that receivers get. */
    rawBody: string;
    id?: string | undefined;
    occurredAt?: string | undefined;
    /** W3C Trace Context of the caller. */
    traceparent?: string | undefined;
  }): Promise<{ id: string }>;
}

/** What a worker says of itself. Times are ms since the epoch. */
export interface WorkerSeen {
  id: string;
  host: string;
  version: string;
  startedAt: number;
  seenAt: number;
  lanesRunning: number;
  triesInFlight: number;
  /** That it serves; missing from one of a version without them, which serves shard 0. */
  shards?: readonly number[];
}

/** How a webhook is doing. Times are ms since the epoch. */
export interface WebhookHealth {
  /** The latest 1,000, the oldest first. */
  attempts: { at: number; outcome: Outcome; statusCode: number | null; durationMs: number }[];
  lane: {
    state: 'idle' | 'running' | 'open' | 'slow';
    waiting: number;
    /** null: nothing is due. */
    oldestDueAgeMs: number | null;
    nextProbeAt: number | null;
    faults: number;
  };
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
  /** Deliveries by the time from acceptance, in rising order. */
  latencies: { ms: number; count: number }[];
}

/** What operators ask of the store. */
export interface OperationsStore {
  /** Those that were seen lately. */
  listWorkers(): Promise<WorkerSeen[]>;
  /** The last `count` minutes, the oldest first. */
  readRates(count: number): Promise<MinuteRates[]>;
  listOpenLanes(limit: number): Promise<
    {
      webhookId: string;
      name: string;
      account: string;
      scope: Scope;
      faults: number;
      nextProbeAt: number | null;
      /** What the latest try came to. */
      last: { at: number; outcome: Outcome; statusCode: number | null; error: Attempt['error'] } | null;
    }[]
  >;
  readWebhookHealth(webhookId: string): Promise<WebhookHealth>;
  /** In the order of the ids, out of `most` attempts of each. */
  readManyHealth(webhookIds: readonly string[], most: number): Promise<WebhookHealth[]>;
  countLanes(): Promise<{ total: number; open: number; slow: number }>;
  /** Fails within 2 s when Redis cannot be reached. */
  reportRedis(): Promise<{
    aof: boolean;
    clockAheadMs: number;
    usedMemoryBytes: number;
    maxMemoryBytes: number;
    memory: { usedBytes: number; budgetBytes: number; level: 'ok' | 'shed' | 'refuse' };
  }>;
}

/** How many tokens that were not right an address has sent lately. */
export interface Guesses {
  count: number;
  /** When counting begins anew, ms from now. */
  resetInMs: number;
}

/** Sessions of the console, known to every server. */
export interface SessionStore {
  /** `id` is a secret for the browser alone. */
  createSession(principalId: string, lifetimeMs: number): Promise<{ id: string; expiresAt: number }>;
  /** null when it is unknown, has ended or was signed out. */
  findSession(id: string): Promise<{ principalId: string; expiresAt: number } | null>;
  /** Repeating it is harmless. */
  endSession(id: string): Promise<void>;
  /** Counts a try to sign in, before the token is looked at. */
  countGuess(address: string): Promise<Guesses>;
  /** It was right, and does not count. */
  forgiveGuess(address: string): Promise<void>;
}

/** What else the doctor looks at. */
export interface Checks {
  /** How many shards there are. */
  shards: number;
  /** Jobs of the queue `events` by state. */
  readEventQueue(): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
  /**
   * Throws `secret_key_mismatch` when another key wrote the secrets, `redis_unavailable` when that cannot be told.
   * Asked before a secret is sealed: with a wrong key no worker could open it.
   */
  checkSecretKey(): Promise<void>;
  /** Seals some secrets anew with the present key; `cursor` null begins, `next` null is the end. */
  rekeyStep(
    cursor: string | null,
  ): Promise<{ checked: number; resealed: number; unreadable: string[]; next: string | null }>;
}

/** All that the server needs of Redis and of the network. */
export interface Ports {
  webhooks: WebhookStore;
  deliveries: DeliveryStore;
  redrives: RedriveStore;
  wakes: WakeQueue;
  events: EventIntake;
  health: HealthStore;
  operations: OperationsStore;
  changes: ChangeFeed;
  sessions: SessionStore;
  tokens: TokenStore;
  audit: AuditStore;
  notices: NoticeStore;
  notifications: NotificationStore;
  checks: Checks;
  /** The quick answer of the address guard at registration: what is wrong with a URL, or null. */
  checkUrl: (url: string) => string | null;
}
