/** The hash of a webhook, `webhook:<id>`, as people see it and as a worker needs it. */
import type {
  DisabledNotice,
  EventType,
  Scope,
  ScopeKind,
  SigningProfile,
  Webhook,
  WebhookTarget,
} from '@hooklane/core';
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

function scopeOf(fields: Record<string, string>): Scope {
  return { kind: fields['kind'] as ScopeKind, name: fields['scope'] ?? '' };
}

/** The sealed secrets of a webhook, the current first. */
export function readSealed(fields: Record<string, string>): SealedSecret[] {
  return fields['secrets'] ? (JSON.parse(fields['secrets']) as SealedSecret[]) : [];
}

/** Reads a webhook as people see it. */
export function readWebhook(id: string, fields: Record<string, string>): Webhook {
  return {
    id,
    account: fields['account'] ?? '',
    scope: scopeOf(fields),
    event: fields['event'] as EventType,
    name: fields['name'] ?? '',
    url: fields['url'] ?? '',
    signing: fields['signing'] as SigningProfile,
    tokenHeader: fields['tokenHeader'] ?? '',
    hasSecret: readSealed(fields).length > 0,
    enabled: fields['enabled'] === '1',
    disabled: fields['disabled'] ? (JSON.parse(fields['disabled']) as DisabledNotice) : null,
    maxInFlight: Number(fields['maxInFlight']),
    createdAt: Number(fields['createdAt']),
    updatedAt: Number(fields['updatedAt']),
  };
}

/** A target with its decrypted secrets, kept by a worker until the webhook changes. */
export interface CachedTarget {
  version: number;
  /** The target with the secrets that sign at this moment. */
  current: (now: number) => WebhookTarget;
}

/** Reads what a worker needs. Throws `secret_unreadable`. */
export function readTarget(id: string, fields: Record<string, string>, box: SecretBox): CachedTarget {
  const opened = readSealed(fields).map(({ sealed, until }) => ({ secret: box.open(sealed, id), until }));
  const version = Number(fields['version']);
  const base: WebhookTarget = {
    id,
    account: fields['account'] ?? '',
    scope: scopeOf(fields),
    event: fields['event'] as EventType,
    name: fields['name'] ?? '',
    purpose: fields['kind'] === 'account' ? 'notifications' : 'events',
    url: fields['url'] ?? '',
    signing: fields['signing'] as SigningProfile,
    tokenHeader: fields['tokenHeader'] ?? '',
    secrets: opened.map(({ secret }) => secret),
    maxInFlight: Number(fields['maxInFlight']),
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
