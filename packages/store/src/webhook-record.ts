/** The hash of a webhook, `webhook:<id>`, as people see it and as a worker needs it. */
import {
  DEFAULT_MAX_IN_FLIGHT,
  type DisabledNotice,
  EVENT_TYPES,
  type EventType,
  SIGNING_PROFILES,
  type Scope,
  type ScopeKind,
  type Webhook,
  type WebhookTarget,
} from '@hooklane/core';
import { damagedRecord, oneOf, parseArray, parseObject, wholeNumber } from './damage.ts';
import type { SecretBox } from './secrets.ts';

/** A secret as it is kept: encrypted, and until when it signs (null: for good). */
export interface SealedSecret {
  sealed: string;
  until: number | null;
}

/** A reply of HGETALL in either of its two forms, as a record. */
export function flatToRecord(reply: unknown): Record<string, string> {
  if (!Array.isArray(reply)) return (reply ?? {}) as Record<string, string>;
  const record: Record<string, string> = {};
  for (let i = 0; i + 1 < reply.length; i += 2) record[String(reply[i])] = String(reply[i + 1]);
  return record;
}

type Fields = Record<string, string>;

/** A field without which nothing can be sent. Throws `damaged_record`. */
function demand(id: string, fields: Fields, field: string): string {
  const text = fields[field];
  if (text) return text;
  throw damagedRecord(`webhook:${id}`, `the field ${field} is missing`);
}

/** A field that is one of a few words. Throws `damaged_record`. */
function demandWord<T extends string>(id: string, fields: Fields, field: string, words: readonly T[]): T {
  const word = oneOf(words, fields[field]);
  if (word !== null) return word;
  throw damagedRecord(`webhook:${id}`, `the field ${field} is not one of ${words.join(', ')}`);
}

const SCOPE_KINDS: readonly ScopeKind[] = ['application', 'environment'];

function isSealed(value: unknown): value is SealedSecret {
  if (typeof value !== 'object' || value === null || !('sealed' in value) || !('until' in value))
    return false;
  return typeof value.sealed === 'string' && (value.until === null || typeof value.until === 'number');
}

/**
 * The sealed secrets of a webhook, the current first. Throws `damaged_record`: a request must not go out unsigned
 * because of damage.
 */
export function readSealed(id: string, fields: Fields): SealedSecret[] {
  if (!fields['secrets']) return [];
  const secrets = parseArray(fields['secrets']);
  if (secrets?.every(isSealed)) return secrets;
  throw damagedRecord(`webhook:${id}`, 'the field secrets is no list of sealed secrets');
}

/** Why and when a webhook or notification URL was disabled; null while it is enabled. */
export function readDisabled(fields: Fields): DisabledNotice | null {
  if (!fields['disabled']) return null;
  const { reason, at, message } = (parseObject(fields['disabled']) ?? {}) as Partial<
    Record<keyof DisabledNotice, unknown>
  >;
  const isReadable = typeof message === 'string' && typeof at === 'number';
  return {
    reason:
      oneOf(['by_person', 'gone', 'failing'], typeof reason === 'string' ? reason : null) ?? 'by_person',
    at: isReadable ? at : wholeNumber(fields['updatedAt']),
    message: isReadable ? message : 'Disabled; what is written down about it cannot be read.',
  };
}

function readMaxInFlight(fields: Fields): number {
  const most = wholeNumber(fields['maxInFlight']);
  return most >= 1 && most <= 256 ? most : DEFAULT_MAX_IN_FLIGHT;
}

/** What people and workers both need. */
function readCommon(id: string, fields: Fields): { event: EventType; scope: Scope } {
  // A notification URL has neither.
  if (fields['kind'] === 'account') {
    return { event: '' as EventType, scope: { kind: 'account' as ScopeKind, name: '' } };
  }
  return {
    event: demandWord(id, fields, 'event', EVENT_TYPES),
    scope: { kind: demandWord(id, fields, 'kind', SCOPE_KINDS), name: demand(id, fields, 'scope') },
  };
}

/** Reads a webhook as people see it. Throws `damaged_record`. */
export function readWebhook(id: string, fields: Fields): Webhook {
  return {
    id,
    account: demand(id, fields, 'account'),
    ...readCommon(id, fields),
    name: demand(id, fields, 'name'),
    url: demand(id, fields, 'url'),
    signing: demandWord(id, fields, 'signing', SIGNING_PROFILES),
    tokenHeader: fields['tokenHeader'] ?? '',
    hasSecret: readSealed(id, fields).length > 0,
    enabled: fields['enabled'] === '1',
    disabled: readDisabled(fields),
    maxInFlight: readMaxInFlight(fields),
    createdAt: wholeNumber(fields['createdAt']),
    updatedAt: wholeNumber(fields['updatedAt']),
  };
}

/** A target with its decrypted secrets, kept by a worker until the webhook changes. */
export interface CachedTarget {
  version: number;
  /** The target with the secrets that sign at this moment. */
  current: (now: number) => WebhookTarget;
}

/** Reads what a worker needs. Throws `secret_unreadable` and `damaged_record`. */
export function readTarget(id: string, fields: Record<string, string>, box: SecretBox): CachedTarget {
  const opened = readSealed(id, fields).map(({ sealed, until }) => ({ secret: box.open(sealed, id), until }));
  const version = wholeNumber(fields['version']);
  const signing = demandWord(id, fields, 'signing', SIGNING_PROFILES);
  const base: WebhookTarget = {
    id,
    account: demand(id, fields, 'account'),
    ...readCommon(id, fields),
    name: fields['name'] ?? '',
    purpose: fields['kind'] === 'account' ? 'notifications' : 'events',
    url: demand(id, fields, 'url'),
    signing,
    tokenHeader: signing === 'token' ? demand(id, fields, 'tokenHeader') : (fields['tokenHeader'] ?? ''),
    secrets: opened.map(({ secret }) => secret),
    maxInFlight: readMaxInFlight(fields),
    version,
  };
  const lasting = opened.every(({ until }) => until === null);
  return {
    version,
    current: (now) =>
      lasting
        ? base
        : {
            ...base,
            secrets: opened.filter(({ until }) => until === null || until > now).map(({ secret }) => secret),
          },
  };
}

/** The most webhooks of which a worker keeps the target. */
const MOST_TARGETS = 20_000;

/** Targets of a worker; the one kept for longest goes first. */
export class TargetCache {
  readonly #targets = new Map<string, CachedTarget>();

  /** The target, if it is kept. */
  get(id: string): CachedTarget | undefined {
    return this.#targets.get(id);
  }

  /** Keeps a target. */
  set(id: string, target: CachedTarget): void {
    this.#targets.delete(id);
    if (this.#targets.size >= MOST_TARGETS) {
      const [oldest] = this.#targets.keys();
      if (oldest !== undefined) this.#targets.delete(oldest);
    }
    this.#targets.set(id, target);
  }

  /** Forgets a target. */
  delete(id: string): void {
    this.#targets.delete(id);
  }
}
