/** The ports of the server in memory, for tests of handlers: as little behaviour as the API can show. */
import { HooklaneError, deliveryId, nameKey } from '@hooklane/core';
import { createUrlCheck } from '@hooklane/transport';
import type { AcceptedEvent, Attempt, Delivery, LaneWake, Notice, Webhook } from '@hooklane/core';
import type {
  AuditEntry,
  DeliveryFilter,
  EventRecord,
  NewWebhook,
  Ports,
  RedriveJob,
  WorkerSeen,
} from '../ports.ts';
import type { NotificationTarget } from '../notice-ports.ts';
import { eventIntake } from './memory-intake.ts';
import type { EmittedEvent } from './memory-intake.ts';
import { noticeStore, notificationStore } from './memory-notices.ts';
import { redriveStore } from './memory-redrives.ts';
import { NO_CHANGES, memoryAudit, memoryTokens } from './memory-tokens.ts';
import type { MemoryTokens } from './memory-tokens.ts';

/** What a test may look at and prepare. */
export interface MemoryState {
  webhooks: Map<string, Webhook>;
  secrets: Map<string, string | null>;
  overlaps: number[];
  switches: Map<string, { account: string; kind: 'application' | 'environment'; name: string; on: boolean }>;
  events: Map<string, EventRecord>;
  deliveries: Map<string, { delivery: Delivery; attempts: Attempt[] }>;
  emitted: EmittedEvent[];
  redrives: Map<string, RedriveJob>;
  filters: DeliveryFilter[];
  wakes: LaneWake[];
  started: string[];
  removed: string[];
  /** Set: every call fails with it. */
  trouble: Error | null;
  wakeTrouble: Error | null;
  /** Set: the check of the secret key fails with it. */
  keyTrouble: Error | null;
  backlog: Awaited<ReturnType<Ports['health']['readBacklog']>>;
  readiness: { ok: boolean; version: string | null; problems: string[] };
  workers: WorkerSeen[];
  notices: Map<string, Notice>;
  notifications: Map<string, NotificationTarget>;
  redisReport: Awaited<ReturnType<Ports['operations']['reportRedis']>>;
  eventQueue: Awaited<ReturnType<Ports['checks']['readEventQueue']>>;
  health: Awaited<ReturnType<Ports['operations']['readWebhookHealth']>>;
  tokens: MemoryTokens;
  audit: AuditEntry[];
  sessions: Map<string, { principalId: string; expiresAt: number }>;
  guesses: Map<string, number>;
}

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function emptyState(): MemoryState {
  return {
    webhooks: new Map(),
    secrets: new Map(),
    overlaps: [],
    switches: new Map(),
    events: new Map(),
    deliveries: new Map(),
    emitted: [],
    redrives: new Map(),
    filters: [],
    wakes: [],
    started: [],
    removed: [],
    trouble: null,
    wakeTrouble: null,
    keyTrouble: null,
    backlog: { lanes: 1, openLanes: 0, waiting: 2, oldestDueAgeMs: 5, deadLetters: 1 },
    readiness: { ok: true, version: '7.0.15', problems: [] },
    workers: [],
    notices: new Map(),
    notifications: new Map(),
    redisReport: {
      aof: true,
      clockAheadMs: 3,
      usedMemoryBytes: 1,
      maxMemoryBytes: 0,
      memory: { usedBytes: 1, budgetBytes: 0, level: 'ok' },
    },
    eventQueue: { waiting: 0, active: 0, delayed: 0, failed: 0 },
    health: {
      attempts: [],
      lane: { state: 'idle', waiting: 0, oldestDueAgeMs: null, nextProbeAt: null, faults: 0 },
    },
    tokens: new Map(),
    audit: [],
    sessions: new Map(),
    guesses: new Map(),
  };
}

/** Ports and their state. */
export function memoryPorts(): { ports: Ports; state: MemoryState } {
  const state = emptyState();
  const ports: Ports = {
    webhooks: guarded(state, webhookStore(state)),
    deliveries: guarded(state, deliveryStore(state)),
    redrives: guarded(state, redriveStore(state)),
    wakes: wakeQueue(state),
    events: guarded(state, eventIntake(state)),
    health: {
      checkRedis: () => Promise.resolve(state.readiness),
      readBacklog: () => Promise.resolve(state.backlog),
    },
    operations: operationsStore(state),
    sessions: guarded(state, sessionStore(state)),
    tokens: guarded(state, memoryTokens(state.tokens)),
    changes: NO_CHANGES,
    audit: guarded(state, memoryAudit(state.audit)),
    notices: guarded(state, noticeStore(state)),
    notifications: guarded(state, notificationStore(state)),
    checks: {
      shards: 1,
      readEventQueue: () => Promise.resolve(state.eventQueue),
      checkSecretKey: async () => {
        if (state.keyTrouble !== null) throw state.keyTrouble;
      },
      rekeyStep: async () => ({ checked: 0, resealed: 0, unreadable: [], next: null }),
    },
    checkUrl: createUrlCheck({ allowedNetworks: [], allowedPorts: null }),
  };
  return { ports, state };
}

/** A webhook to begin with. */
export function sampleWebhook(change: Partial<Webhook> = {}): Webhook {
  return {
    id: 'wh_01',
    account: 'jdoe',
    scope: { kind: 'application', name: 'MyApp' },
    event: 'build.finished',
    name: 'chat',
    url: 'https://example.com/hook',
    signing: 'standard',
    tokenHeader: 'x-webhook-token',
    hasSecret: true,
    enabled: true,
    disabled: null,
    maxInFlight: 32,
    createdAt: NOW,
    updatedAt: NOW,
    ...change,
  };
}

/** A delivery to begin with. */
export function sampleDelivery(change: Partial<Delivery> = {}): Delivery {
  const eventId = change.eventId ?? 'evt_01';
  const webhookId = change.webhookId ?? 'wh_01';
  return {
    id: deliveryId(eventId, webhookId),
    eventId,
    webhookId,
    account: 'jdoe',
    scope: { kind: 'application', name: 'MyApp' },
    event: 'build.finished',
    status: 'delivered',
    reason: null,
    createdAt: NOW,
    nextAttemptAt: null,
    attemptCount: 1,
    lastStatusCode: 200,
    lastOutcome: 'ok',
    lastAttemptAt: NOW,
    ...change,
  };
}

/** An attempt to begin with: it failed, and its answer is kept. */
export function sampleAttempt(change: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    startedAt: NOW,
    durationMs: 12.5,
    outcome: 'rejected',
    fault: 'receiver',
    statusCode: 500,
    error: null,
    response: { headers: { 'content-type': 'text/plain' }, body: 'no', truncated: false },
    ...change,
  };
}

/** An event to begin with. */
export function sampleEvent(change: Partial<AcceptedEvent> = {}): AcceptedEvent {
  return {
    id: 'evt_01',
    type: 'build.finished',
    account: 'jdoe',
    scope: { kind: 'application', name: 'MyApp' },
    acceptedAt: NOW,
    occurredAt: NOW,
    body: '{"build_num":"1","app_name":"MyApp","status":"Success"}',
    ...change,
  };
}

function guarded<T extends object>(state: MemoryState, port: T): T {
  return new Proxy(port, {
    get(target, key) {
      const method = Reflect.get(target, key) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) =>
        state.trouble === null ? method.apply(target, args) : Promise.reject(state.trouble);
    },
  });
}

function keyOf(account: string, kind: string, name: string): string {
  return [nameKey(account), kind, nameKey(name)].join(' ');
}

function scopeKeyOf(webhook: Pick<NewWebhook, 'account' | 'scope'>): string {
  return keyOf(webhook.account, webhook.scope.kind, webhook.scope.name);
}

function webhookStore(state: MemoryState): Ports['webhooks'] {
  const demandFreeName = (
    owner: Pick<NewWebhook, 'account' | 'scope'>,
    name: string,
    self?: string,
  ): void => {
    for (const other of state.webhooks.values()) {
      if (other.id === self || scopeKeyOf(other) !== scopeKeyOf(owner)) continue;
      if (nameKey(other.name) === nameKey(name)) {
        throw new HooklaneError('name_taken', { field: 'name', detail: `The name ${name} is taken.` });
      }
    }
  };
  return {
    async createWebhook({ secret, ...input }) {
      demandFreeName(input, input.name);
      const id = `wh_new${state.webhooks.size}`;
      const disabled = input.enabled ? null : { reason: 'by_person' as const, at: NOW, message: 'Off.' };
      const webhook = { ...input, id, hasSecret: secret !== null, disabled, createdAt: NOW, updatedAt: NOW };
      state.webhooks.set(id, webhook);
      state.secrets.set(id, secret);
      // What a careless store might hand out; the contract's schema must not let it pass.
      return { ...webhook, secret } as Webhook;
    },
    getWebhook: async (id) => state.webhooks.get(id) ?? null,
    getNames: async (ids) => ids.map((id) => state.webhooks.get(id)?.name ?? null),
    async updateWebhook(id, { secret, secretOverlapMs, ...patch }) {
      const current = state.webhooks.get(id);
      if (current === undefined) return null;
      if (patch.name !== undefined) demandFreeName(current, patch.name, id);
      const hasSecret = secret === undefined ? current.hasSecret : secret !== null;
      const webhook = { ...current, ...patch, hasSecret };
      state.webhooks.set(id, webhook);
      if (secret !== undefined) state.secrets.set(id, secret);
      if (secretOverlapMs !== undefined) state.overlaps.push(secretOverlapMs);
      return { webhook, wakes: [{ webhookId: id, pool: 'lanes', at: 0 }] };
    },
    deleteWebhook: async (id) =>
      state.webhooks.delete(id) ? { wakes: [{ webhookId: id, pool: 'lanes', at: 0 }] } : null,
    async getScope(account, scope) {
      const key = keyOf(account, scope.kind, scope.name);
      const webhooks = [...state.webhooks.values()].filter((webhook) => scopeKeyOf(webhook) === key);
      return { scope, enabled: state.switches.get(key)?.on ?? false, webhooks };
    },
    async setScopeEnabled(account, { kind, name }, on) {
      state.switches.set(keyOf(account, kind, name), { account, kind, name, on });
    },
    listScopes: async (filter) =>
      [...state.switches.values()]
        .filter(
          ({ account, kind, name }) =>
            (filter.account ?? account) === account &&
            (filter.kind ?? kind) === kind &&
            name.includes(filter.search ?? ''),
        )
        .map(({ account, kind, name, on }) => ({ account, scope: { kind, name }, enabled: on, webhooks: 0 })),
  };
}

function deliveryStore(state: MemoryState): Ports['deliveries'] {
  const page =
    (dead: boolean): Ports['deliveries']['findDeliveries'] =>
    async (filter, { cursor, limit }) => {
      state.filters.push(filter);
      const start = cursor === null ? 0 : Number(cursor);
      if (!Number.isInteger(start)) {
        throw new HooklaneError('invalid_cursor', {
          field: 'cursor',
          detail: 'The cursor is not one of ours.',
        });
      }
      const all = [...state.deliveries.values()]
        .map(({ delivery }) => delivery)
        .filter(({ status }) => (dead ? status === 'dead' : status === (filter.status ?? status)));
      const end = start + limit;
      return { items: all.slice(start, end), next: end < all.length ? String(end) : null };
    };
  return {
    getEvent: async (id) => state.events.get(id) ?? null,
    findDeliveries: page(false),
    findDeadLetters: page(true),
    async getDelivery(id) {
      const found = state.deliveries.get(id);
      return found === undefined ? null : { ...found, body: '{"n":1}' };
    },
    getAttempts: async (ids) => ids.map((id) => state.deliveries.get(id)?.attempts ?? []),
    async redeliver(id) {
      const found = state.deliveries.get(id);
      if (found === undefined) return { kind: 'missing' };
      const { status, webhookId } = found.delivery;
      if (status === 'pending' || status === 'retrying') return { kind: 'in_progress' };
      if (!state.webhooks.has(webhookId)) return { kind: 'webhook_missing' };
      return { kind: 'queued', wakes: [{ webhookId, pool: 'lanes', at: 0 }] };
    },
    async sendTest(webhook, event) {
      state.events.set(event.id, { event, unmatched: null, deliveries: [] });
      const wakes: LaneWake[] = [{ webhookId: webhook.id, pool: 'lanes', at: 0 }];
      return { deliveryId: deliveryId(event.id, webhook.id), wakes };
    },
    findMany: async (ids) => ids.flatMap((id) => state.deliveries.get(id)?.delivery ?? []),
    findDeadGroups: async () => ({ items: [], truncated: false }),
    async countDeadLetters(filter, limit) {
      state.filters.push(filter);
      const dead = [...state.deliveries.values()].filter(({ delivery }) => delivery.status === 'dead');
      return Math.min(dead.length, limit);
    },
  };
}

function wakeQueue(state: MemoryState): Ports['wakes'] {
  const fail = (): void => {
    if (state.wakeTrouble !== null) throw state.wakeTrouble;
  };
  return {
    async wake(wakes) {
      fail();
      state.wakes.push(...wakes);
    },
    async startRedrive(id) {
      fail();
      state.started.push(id);
    },
    async removeDeadLetters(ids) {
      fail();
      state.removed.push(...ids);
    },
  };
}

function sessionStore({ sessions, guesses }: MemoryState): Ports['sessions'] {
  return {
    async createSession(principalId, lifetimeMs) {
      const id = `session-${sessions.size}`;
      const expiresAt = NOW + lifetimeMs;
      sessions.set(id, { principalId, expiresAt });
      return { id, expiresAt };
    },
    findSession: async (id) => sessions.get(id) ?? null,
    async endSession(id) {
      sessions.delete(id);
    },
    async countGuess(address) {
      const count = (guesses.get(address) ?? 0) + 1;
      guesses.set(address, count);
      return { count, resetInMs: 41_000 };
    },
    async forgiveGuess(address) {
      guesses.set(address, (guesses.get(address) ?? 1) - 1);
    },
  };
}

function operationsStore(state: MemoryState): Ports['operations'] {
  return {
    listWorkers: () => Promise.resolve(state.workers),
    readRates: () =>
      Promise.resolve([
        { minute: 0, accepted: 1, delivered: 2, failed: 3, dead: 4, outcomes: {}, latencies: [] },
      ]),
    listOpenLanes: () => Promise.resolve([]),
    readWebhookHealth: () => Promise.resolve(state.health),
    readManyHealth: (ids) => Promise.resolve(ids.map(() => state.health)),
    countLanes: () => Promise.resolve({ total: 1, open: 0, slow: 0 }),
    reportRedis: () => Promise.resolve(state.redisReport),
  };
}
