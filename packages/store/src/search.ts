/** Searching deliveries: bounded steps along an index of events, newest first; dead ones along their own index. */
import {
  type DeadReason,
  type Delivery,
  type DeliveryStatus,
  type EventType,
  HooklaneError,
  type ScopeKind,
  deliveryId,
  nameKey,
} from '@hooklane/core';
import { decodeState, statusLetter } from './delivery-state.ts';
import type { StoreContext } from './store-context.ts';

/** Filters; the names of the API's query. Times are ms since the epoch. */
export interface DeliveryFilter {
  account?: string;
  /** Only of these accounts: the bound of a token. Both must hold. */
  accounts?: readonly string[];
  application?: string;
  environment?: string;
  webhook?: string;
  event?: EventType;
  status?: DeliveryStatus;
  /** Why it was given up. */
  reason?: DeadReason;
  /** Of the last answer; 0: no answer came. */
  statusCode?: number;
  /** By creation, inclusive. */
  since?: number;
  /** By creation, exclusive. */
  until?: number;
}

/** One page. `next` is null at the end; a page may have fewer items than asked for and still a `next`. */
export interface DeliveryPage {
  items: Delivery[];
  next: string | null;
}

const SCAN_PER_STEP = 500;
/** A reply of a script is unpacked on Lua's stack, which holds 8,000 values; a delivery has 9. */
const MOST_PER_STEP = 500;
/** A search that finds little answers after so long, with a cursor, ms. */
const STEP_BUDGET_MS = 150;
const FIELDS = 9;

/** Builds a delivery from its state. */
export function toDelivery(parts: {
  eventId: string;
  webhookId: string;
  text: string;
  account: string;
  kind: ScopeKind;
  scope: string;
  event: EventType;
  acceptedAt: number;
  dueAt: number | null;
}): Delivery {
  const state = decodeState(parts.text);
  const waits = state.status === 'pending' || state.status === 'retrying';
  return {
    id: deliveryId(parts.eventId, parts.webhookId),
    eventId: parts.eventId,
    webhookId: parts.webhookId,
    account: parts.account,
    scope: { kind: parts.kind, name: parts.scope },
    event: parts.event,
    status: state.status,
    reason: state.reason,
    createdAt: parts.acceptedAt,
    nextAttemptAt: waits && parts.dueAt !== null ? Math.max(parts.dueAt, parts.acceptedAt) : null,
    attemptCount: state.tries,
    lastStatusCode: state.lastCode,
    lastOutcome: state.lastOutcome,
    lastAttemptAt: state.lastAt || null,
  };
}

function readPage(flat: readonly string[]): Delivery[] {
  const items: Delivery[] = [];
  for (let i = 0; i + FIELDS <= flat.length; i += FIELDS) {
    const [eventId, webhookId, text, account, kind, scope, event, acceptedAt, due] = flat.slice(
      i,
      i + FIELDS,
    ) as [string, string, string, string, string, string, string, string, string];
    items.push(
      toDelivery({
        eventId,
        webhookId,
        text,
        account,
        kind: kind as ScopeKind,
        scope,
        event: event as EventType,
        acceptedAt: Number(acceptedAt),
        dueAt: due === '' ? null : Number(due),
      }),
    );
  }
  return items;
}

/** The accounts that a script compares with, as `|a|b|`; none of them has a bar. '': any. */
export function accountsArg({ account, accounts }: DeliveryFilter): string {
  const wanted = account === undefined ? accounts : [account];
  if (wanted === undefined) return '';
  const bound = accounts === undefined ? null : new Set(accounts.map(nameKey));
  const keys = wanted.map(nameKey).filter((key) => bound === null || bound.has(key));
  return `|${keys.join('|')}|`;
}

/** What a script compares with: the kind and the folded name of the scope, '' for any. */
export function scopeFilter(filter: DeliveryFilter): [kind: string, name: string] {
  if (filter.application !== undefined) return ['application', nameKey(filter.application)];
  if (filter.environment !== undefined) return ['environment', nameKey(filter.environment)];
  return ['', ''];
}

/** What a script compares with; `-`: no answer. */
export function statusCodeArg({ statusCode }: DeliveryFilter): number | string {
  return statusCode === 0 ? '-' : (statusCode ?? '');
}

/** No delivery has two scopes. */
export function matchesNothing(filter: DeliveryFilter): boolean {
  return filter.application !== undefined && filter.environment !== undefined;
}

/** A cursor: which way the search goes, and where it stands. Opaque to callers. */
type Cursor = ['e' | 'd', ...string[]];

function readCursor(text: string | null, kind: 'e' | 'd'): string[] {
  if (text === null) return [];
  let cursor: unknown;
  try {
    cursor = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    cursor = null;
  }
  const parts = Array.isArray(cursor) && cursor.every((part) => typeof part === 'string') ? cursor : [];
  const numeric = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
  if (parts[0] !== kind || parts.length !== (kind === 'e' ? 4 : 3) || !numeric.test(parts[1] ?? '')) {
    const detail = 'The cursor is not one that this list gave. Leave it out to begin at the newest item.';
    throw new HooklaneError('invalid_cursor', { field: 'cursor', detail });
  }
  return parts.slice(1);
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** A step of a search: what it found, and where the next one begins (null: nowhere). */
type Step = (at: string[], most: number) => Promise<{ items: Delivery[]; at: string[] | null }>;

function eventStep(context: StoreContext, filter: DeliveryFilter, index: string): Step {
  const [kind, name] = scopeFilter(filter);
  return async (at, most) => {
    const reply = (await context.run('find_deliveries', [
      index,
      at[0] ?? (filter.until === undefined ? '+inf' : `(${filter.until}`),
      at[1] ?? '',
      at[2] ?? '',
      filter.since ?? '-inf',
      SCAN_PER_STEP,
      most,
      accountsArg(filter),
      kind,
      name,
      filter.event ?? '',
      filter.webhook ?? '',
      filter.status === undefined ? '' : statusLetter(filter.status),
      statusCodeArg(filter),
      filter.reason ?? '',
    ])) as string[];
    const [score = '', event = '', webhook = '', ...flat] = reply;
    return { items: readPage(flat), at: score === '' ? null : [score, event, webhook] };
  };
}

function deadStep(context: StoreContext, filter: DeliveryFilter, diedBefore: number | null): Step {
  const [kind, name] = scopeFilter(filter);
  return async (at, most) => {
    const reply = (await context.run('find_dead', [
      at[1] ?? '',
      at[0] ?? '',
      SCAN_PER_STEP,
      most,
      accountsArg(filter),
      kind,
      name,
      filter.event ?? '',
      filter.webhook ?? '',
      statusCodeArg(filter),
      filter.since ?? '',
      filter.until ?? '',
      diedBefore ?? '',
      filter.reason ?? '',
    ])) as string[];
    const [score = '', id = '', ...flat] = reply;
    return { items: readPage(flat), at: id === '' ? null : [score, id] };
  };
}

async function collect(
  step: Step,
  start: string[],
  { limit, budgetMs = STEP_BUDGET_MS }: { limit: number; budgetMs?: number },
): Promise<{ items: Delivery[]; at: string[] | null }> {
  const items: Delivery[] = [];
  const begun = performance.now();
  let at: string[] | null = start;
  while (at !== null && items.length < limit && performance.now() - begun < budgetMs) {
    const found: { items: Delivery[]; at: string[] | null } = await step(
      at,
      Math.min(limit - items.length, MOST_PER_STEP),
    );
    items.push(...found.items);
    at = found.at;
  }
  return { items, at };
}

/** Open dead letters, the newest death first. `diedBefore` (ms) bounds a bulk action to what was dead when it began. */
export async function findDeadLetters(
  context: StoreContext,
  filter: DeliveryFilter,
  page: { cursor: string | null; limit: number; diedBefore?: number; budgetMs?: number },
): Promise<DeliveryPage> {
  const start = readCursor(page.cursor, 'd');
  if (matchesNothing(filter) || (filter.status ?? 'dead') !== 'dead') return { items: [], next: null };
  const { items, at } = await collect(deadStep(context, filter, page.diedBefore ?? null), start, page);
  return { items, next: at === null ? null : writeCursor(['d', ...at]) };
}

/** Deliveries, the newest event first. */
export async function findDeliveries(
  context: StoreContext,
  filter: DeliveryFilter,
  page: { cursor: string | null; limit: number },
): Promise<DeliveryPage> {
  const start = readCursor(page.cursor, 'e');
  if (matchesNothing(filter)) return { items: [], next: null };
  const { items, at } = await collect(
    eventStep(context, filter, await indexFor(context, filter)),
    start,
    page,
  );
  return { items, next: at === null ? null : writeCursor(['e', ...at]) };
}

/** The narrowest index that covers a filter: one scope's where the scope is known, else all events. */
async function indexFor(context: StoreContext, filter: DeliveryFilter): Promise<string> {
  const [kind, name] = scopeFilter(filter);
  if (kind !== '' && filter.account !== undefined) return `index:${nameKey(filter.account)}:${kind}:${name}`;
  if (filter.webhook !== undefined) {
    const { webhook } = filter;
    const key = await context.call((redis) => redis.hget(context.keys.webhook(webhook), 'scopeKey'));
    if (key) return `index:${key}`;
  }
  return 'index';
}
