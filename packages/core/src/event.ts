/**
 * The four events of a pipeline, and what an accepted event is.
 * Words: DESIGN section 1; the four events: the seed page.
 */

/** An event type as it is written in the API, in headers and in keys. */
export type EventType = 'build.started' | 'build.finished' | 'deploy.started' | 'deploy.finished';

/** All event types, in the order in which screens list them. */
export const EVENT_TYPES = [
  'build.started',
  'build.finished',
  'deploy.started',
  'deploy.finished',
] as const satisfies readonly EventType[];

/** The wording of the original's screens. */
export const EVENT_TYPE_LABELS: Readonly<Record<EventType, string>> = {
  'build.started': 'Build Started',
  'build.finished': 'Build Finished',
  'deploy.started': 'Deployment Started',
  'deploy.finished': 'Deployment Finished',
};

/** What a webhook hangs on: build events belong to an application, deploy events to an environment. */
export type ScopeKind = 'application' | 'environment';

/** A scope of an account. `name` keeps the case it was given and compares case-insensitively. */
export interface Scope {
  kind: ScopeKind;
  name: string;
}

/** Which kind of scope an event type belongs to. */
export function scopeKindOf(type: EventType): ScopeKind {
  return type.startsWith('build.') ? 'application' : 'environment';
}

/** Names compare case-insensitively (the seed's samples spell one application in two ways). */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** One accepted fact of the pipeline. Immutable; `body` is the exact JSON text that receivers get. */
export interface AcceptedEvent {
  /** `evt_…`, or the caller's own `[A-Za-z0-9_-]{1,128}`. */
  id: string;
  type: EventType;
  account: string;
  scope: Scope;
  /** When Hooklane took it, ms since the epoch. */
  acceptedAt: number;
  /** Its place among what its producer accepted in the same ms: 0 to {@link MAX_ORDER}; 0 when missing. Those with the same place stand by their ids. */
  order?: number;
  /** When the pipeline says it happened, ms since the epoch. */
  occurredAt: number;
  /** W3C `traceparent` of what emitted it. */
  traceparent?: string;
  /** JSON text, at most {@link MAX_BODY_BYTES} bytes of UTF-8 and {@link MAX_BODY_DEPTH} levels deep. */
  body: string;
}

/** The last place within a millisecond: as fine as a score of Redis, a double, tells half of one apart. */
export const MAX_ORDER = 2047;

/** The largest body of an event, in bytes of UTF-8. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * How deep objects and lists of a body may stand in each other; the documented bodies need 3. Far below what
 * JSON.stringify and receivers' parsers manage: they recurse.
 */
export const MAX_BODY_DEPTH = 200;

/** Why an accepted event went to nobody: the answer to "why did my hook not fire?". */
export type UnmatchedReason = 'scope_disabled' | 'no_matching_webhook';
