/** Webhooks and the master switches of scopes. */
import { randomBytes } from 'node:crypto';
import {
  type EventType,
  HooklaneError,
  type LanePool,
  type LaneWake,
  type Scope,
  type ScopeKind,
  type SigningProfile,
  type Webhook,
  nameKey,
  webhookIdFrom,
} from '@hooklane/core';
import { parseArray, skipDamage } from './damage.ts';
import { scopeKeyOf } from './keys.ts';
import { AWAKE_MS, type StoreContext } from './store-context.ts';
import { type SealedSecret, readSealed, readWebhook } from './webhook-record.ts';

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

/** What may change; a missing key leaves it as it is. */
export interface WebhookPatch {
  event?: EventType;
  name?: string;
  url?: string;
  signing?: SigningProfile;
  tokenHeader?: string;
  maxInFlight?: number;
  enabled?: boolean;
  /** null: no secret any more. */
  secret?: string | null;
  /** How long the old secret signs beside the new one, ms. Default 24 h. */
  secretOverlapMs?: number;
}

/** The most webhooks of one scope. */
const MOST_WEBHOOKS_PER_SCOPE = 1000;

const DEFAULT_OVERLAP_MS = 86_400_000;
const UPDATE_TRIES = 5;

function nameTaken(name: string): HooklaneError {
  return new HooklaneError('name_taken', {
    field: 'name',
    detail: `This scope already has a webhook named "${name}" (names compare case-insensitively). Choose another name.`,
  });
}

function changedMeanwhile(id: string): HooklaneError {
  const detail = `Webhook ${id} was changed ${UPDATE_TRIES} times by others meanwhile. Try again.`;
  return new HooklaneError('redis_unavailable', { detail });
}

/** Webhook calls of the store. */
export class Webhooks {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  #time(): number {
    return this.#context.clock?.() ?? Date.now();
  }

  /** Throws `name_taken`, and `invalid_field` when the scope has 1,000 webhooks. */
  async createWebhook(input: NewWebhook): Promise<Webhook> {
    const now = this.#time();
    const id = webhookIdFrom(now, randomBytes(10));
    const scopeKey = scopeKeyOf(input.account, input.scope);
    const secrets: SealedSecret[] =
      input.secret === null ? [] : [{ sealed: this.#context.secrets.seal(input.secret, id), until: null }];
    const fields: Record<string, string> = {
      version: '1',
      enabled: input.enabled ? '1' : '0',
      account: input.account,
      kind: input.scope.kind,
      scope: input.scope.name,
      scopeKey,
      nameKey: nameKey(input.name),
      event: input.event,
      name: input.name,
      url: input.url,
      signing: input.signing,
      tokenHeader: input.tokenHeader,
      secrets: JSON.stringify(secrets),
      maxInFlight: String(input.maxInFlight),
      createdAt: String(now),
      updatedAt: String(now),
    };
    if (!input.enabled) fields['disabled'] = this.#notice(now);
    const entry = JSON.stringify([input.account, input.scope.kind, input.scope.name]);
    const reply = await this.#context.run('create_webhook', [
      id,
      scopeKey,
      entry,
      input.scope.name,
      nameKey(input.name),
      input.event,
      fields['enabled'] as string,
      MOST_WEBHOOKS_PER_SCOPE,
      ...Object.entries(fields).flat(),
    ]);
    if (reply === 'name_taken') throw nameTaken(input.name);
    if (reply === 'scope_full') {
      const detail = `A scope can have ${MOST_WEBHOOKS_PER_SCOPE} webhooks; this one has that many. Delete one first.`;
      throw new HooklaneError('too_many_webhooks', { detail });
    }
    return readWebhook(id, fields);
  }

  #notice(at: number): string {
    return JSON.stringify({ reason: 'by_person', at, message: 'Disabled by a person.' });
  }

  async #fields(id: string): Promise<Record<string, string> | null> {
    const fields = await this.#context.call((redis) => redis.hgetall(this.#context.keys.webhook(id)));
    // The webhook behind an account's notification URL is none of those that people see.
    const isSeen = fields['deleted'] !== '1' && fields['kind'] !== 'account';
    return Object.keys(fields).length > 0 && isSeen ? fields : null;
  }

  /** null when there is none. */
  async getWebhook(id: string): Promise<Webhook | null> {
    const fields = await this.#fields(id);
    return fields && readWebhook(id, fields);
  }

  /** Whether there is one, also one that nobody sees any more. */
  async hasWebhook(id: string): Promise<boolean> {
    return (await this.#context.call((redis) => redis.exists(this.#context.keys.webhook(id)))) === 1;
  }

  /** The Friendly Names of several, in the order of the ids; null for one that was deleted. */
  async getNames(ids: readonly string[]): Promise<(string | null)[]> {
    const found = await this.#context.call((redis) =>
      Promise.all(
        ids.map((id) =>
          redis
            .hmget(this.#context.keys.webhook(id), 'name', 'deleted')
            .catch(skipDamage<(string | null)[]>([])),
        ),
      ),
    );
    return found.map(([name, deleted]) => (deleted === '1' ? null : (name ?? null)));
  }

  /** null when there is none. Throws `name_taken`. */
  async updateWebhook(
    id: string,
    patch: WebhookPatch,
  ): Promise<{ webhook: Webhook; wakes: LaneWake[] } | null> {
    for (let i = 0; i < UPDATE_TRIES; i++) {
      const fields = await this.#fields(id);
      if (!fields) return null;
      const changed = this.#change(id, fields, patch);
      const reply = (await this.#context.run('update_webhook', [
        this.#context.now(),
        id,
        AWAKE_MS,
        patch.name === undefined ? '' : nameKey(patch.name),
        patch.event ?? fields['event'] ?? '',
        (patch.enabled ?? fields['enabled'] === '1') ? '1' : '0',
        fields['version'] ?? '',
        ...Object.entries(changed).flat(),
      ])) as [string, string?, string?];
      if (reply[0] === 'missing') return null;
      if (reply[0] === 'name_taken') throw nameTaken(patch.name ?? '');
      if (reply[0] === 'ok') {
        const webhook = await this.getWebhook(id);
        return webhook && { webhook, wakes: wakesOf(id, reply[1], reply[2]) };
      }
    }
    throw changedMeanwhile(id);
  }

  /** The fields that a patch changes; '' deletes one. */
  #change(id: string, fields: Record<string, string>, patch: WebhookPatch): Record<string, string> {
    const now = this.#time();
    const changed: Record<string, string> = { updatedAt: String(now) };
    for (const key of ['name', 'url', 'signing', 'tokenHeader'] as const) {
      const value = patch[key];
      if (value !== undefined) changed[key] = value;
    }
    if (patch.maxInFlight !== undefined) changed['maxInFlight'] = String(patch.maxInFlight);
    if (patch.enabled === true) changed['disabled'] = '';
    if (patch.enabled === false && fields['enabled'] === '1') changed['disabled'] = this.#notice(now);
    if (patch.secret !== undefined) changed['secrets'] = JSON.stringify(this.#rotate(id, fields, patch, now));
    return changed;
  }

  #rotate(id: string, fields: Record<string, string>, patch: WebhookPatch, now: number): SealedSecret[] {
    if (patch.secret === null || patch.secret === undefined) return [];
    const until = now + (patch.secretOverlapMs ?? DEFAULT_OVERLAP_MS);
    const previous = readSealed(id, fields)[0];
    const next: SealedSecret = { sealed: this.#context.secrets.seal(patch.secret, id), until: null };
    return previous && until > now ? [next, { sealed: previous.sealed, until }] : [next];
  }

  /** null when there is none. What it was still owed is given up by the worker, in batches. */
  async deleteWebhook(id: string): Promise<{ wakes: LaneWake[] } | null> {
    const args = [this.#context.now(), id, AWAKE_MS];
    const reply = (await this.#context.run('delete_webhook', args)) as [string, string?, string?];
    return reply[0] === 'missing' ? null : { wakes: wakesOf(id, reply[1], reply[2]) };
  }

  /** A scope exists as soon as a pipeline has it; one that nobody configured is off and empty. */
  async getScope(
    account: string,
    scope: Scope,
  ): Promise<{ scope: Scope; enabled: boolean; webhooks: Webhook[] }> {
    const key = scopeKeyOf(account, scope);
    const { keys } = this.#context;
    const [fields, hooks] = await this.#context.call((redis) =>
      Promise.all([redis.hgetall(keys.scope(key)), redis.hvals(keys.hooks(key))]),
    );
    const found = await Promise.all(hooks.map((id) => this.getWebhook(id)));
    return {
      scope: { kind: scope.kind, name: fields['name'] ?? scope.name },
      enabled: fields['enabled'] === '1',
      webhooks: found
        .filter((webhook) => webhook !== null)
        .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
    };
  }

  /** The master switch. */
  async setScopeEnabled(account: string, scope: Scope, enabled: boolean): Promise<void> {
    const key = scopeKeyOf(account, scope);
    const { keys } = this.#context;
    await this.#context.call((redis) =>
      Promise.all([
        redis.hset(keys.scope(key), 'enabled', enabled ? '1' : '0'),
        redis.hsetnx(keys.scope(key), 'name', scope.name),
        redis.zadd(keys.scopes, 0, JSON.stringify([account, scope.kind, scope.name])),
      ]),
    );
  }

  /** Every scope with a switch or a webhook, ordered by account, kind and name. */
  async listScopes(filter: {
    account?: string;
    kind?: ScopeKind;
    /** A part of the account's or the scope's name, in any case. */
    search?: string;
  }): Promise<{ account: string; scope: Scope; enabled: boolean; webhooks: number }[]> {
    const { keys } = this.#context;
    const entries = await this.#context.call((redis) => redis.zrange(keys.scopes, '0', '-1'));
    const seen = new Set<string>();
    const search = nameKey(filter.search ?? '');
    const scopes: { account: string; scope: Scope; key: string }[] = [];
    for (const entry of entries) {
      const scopeEntry = readScopeEntry(entry);
      if (scopeEntry === null) continue;
      const [account, kind, name] = scopeEntry;
      const key = scopeKeyOf(account, { kind, name });
      if (seen.has(key)) continue;
      seen.add(key);
      if (filter.kind && filter.kind !== kind) continue;
      if (filter.account && nameKey(filter.account) !== nameKey(account)) continue;
      if (search && !nameKey(account).includes(search) && !nameKey(name).includes(search)) continue;
      scopes.push({ account, scope: { kind, name }, key });
    }
    scopes.sort(byName);
    return this.#context.call((redis) =>
      Promise.all(
        scopes.map(async ({ account, scope, key }) => {
          const [enabled, webhooks] = await Promise.all([
            redis.hget(keys.scope(key), 'enabled').catch(skipDamage(null)),
            redis.hlen(keys.hooks(key)).catch(skipDamage(0)),
          ]);
          return { account, scope, enabled: enabled === '1', webhooks };
        }),
      ),
    );
  }
}

/** null: damaged. */
function readScopeEntry(text: string): [account: string, kind: ScopeKind, name: string] | null {
  const parts = parseArray(text);
  if (parts === null || parts.length !== 3 || !parts.every((part) => typeof part === 'string')) return null;
  const [account = '', kind, name = ''] = parts;
  return kind === 'application' || kind === 'environment' ? [account, kind, name] : null;
}

/** A scope and whose it is. */
export type NamedScope = { account: string; scope: Scope };

/** By account, kind and name as they compare: without regard to case. */
export function byName(a: NamedScope, b: NamedScope): number {
  const left = [nameKey(a.account), a.scope.kind, nameKey(a.scope.name)];
  const right = [nameKey(b.account), b.scope.kind, nameKey(b.scope.name)];
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

function wakesOf(webhookId: string, pool = '', mark = ''): LaneWake[] {
  return pool === '' ? [] : [{ webhookId, pool: pool as LanePool, at: 0, ...(mark === '' ? {} : { mark }) }];
}
