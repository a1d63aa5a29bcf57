/** Searching deliveries: bounded steps along an index of events, newest first; dead ones along their own index. */
import {
  type DeadReason,
  type Delivery,
  type DeliveryStatus,
  type EventType,
  HooklaneError,
  EVENT_TYPES,
  type Scope,
  type ScopeKind,
  deliveryId,
  nameKey,
  parseDeliveryId,
} from '@hooklane/core';
import { oneOf, wholeNumber } from './damage.ts';
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

/** A place in a list: after this delivery, or with an empty `event` before all of this score. */
export interface Place {
  /** What the list is ordered by, ms since the epoch: when the event was accepted, or when the delivery died. */
  score: number;
  event: string;
  /** '': after all of the event. */
  webhook: string;
}

/** A delivery and its score. */
export interface FoundDelivery {
  delivery: Delivery;
  score: number;
}

/** A page with what is needed to go on after any item of it. `next` is null at the end. */
export interface RankedPage {
  found: FoundDelivery[];
  next: Place | null;
}

/** Where a ranked page begins (null: at the newest), and how many items it has at most. */
export interface RankedRequest {
  from: Place | null;
  limit: number;
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
  scope: Scope;
  type: EventType;
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
    scope: parts.scope,
    event: parts.type,
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

/** The last field is when it is due, or for a dead letter when it died. */
function readPage(flat: readonly string[], kind: 'e' | 'd'): FoundDelivery[] {
  const items: FoundDelivery[] = [];
  for (let i = 0; i + FIELDS <= flat.length; i += FIELDS) {
    const [eventId, webhookId, text, account, scopeKind, scope, event, acceptedAt, at] = flat.slice(
      i,
      i + FIELDS,
    ) as [string, string, string, string, string, string, string, string, string];
    const type = oneOf(EVENT_TYPES, event);
    const knownKind = oneOf<ScopeKind>(['application', 'environment'], scopeKind);
    // Damaged; GET /v1/events/{id} says so.
    if (type === null || knownKind === null || account === '' || scope === '') continue;
    const delivery = toDelivery({
      eventId,
      webhookId,
      text,
      account,
      scope: { kind: knownKind, name: scope },
      type,
      acceptedAt: wholeNumber(acceptedAt),
      dueAt: at === '' ? null : Number(at),
    });
    items.push({ delivery, score: kind === 'e' ? wholeNumber(acceptedAt) : Number(at) });
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

function readCursor(text: string | null, kind: 'e' | 'd'): Place | null {
  if (text === null) return null;
  let cursor: unknown;
  try {
    cursor = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    cursor = null;
  }
  const parts = Array.isArray(cursor) && cursor.every((part) => typeof part === 'string') ? cursor : [];
  const numeric = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
  if (parts[0] !== kind || parts.length !== (kind === 'e' ? 4 : 3) || !numeric.test(parts[1] ?? '')) {
    throw badCursor();
  }
  const [, score, event = '', webhook = ''] = parts;
  if (kind === 'e') return { score: Number(score), event, webhook };
  const letter = parseDeliveryId(event);
  if (letter === null) throw badCursor();
  return { score: Number(score), event: letter.eventId, webhook: letter.webhookId };
}

/** `invalid_cursor` */
export function badCursor(): HooklaneError {
  const detail = 'The cursor is not one that this list gave. Leave it out to begin at the newest item.';
  return new HooklaneError('invalid_cursor', { field: 'cursor', detail });
}

function writeCursor(kind: 'e' | 'd', { score, event, webhook }: Place): string {
  const at = kind === 'e' ? [event, webhook] : [deliveryId(event, webhook)];
  return Buffer.from(JSON.stringify([kind, String(score), ...at])).toString('base64url');
}

/** A step of a search: what it found, and where the next one begins (null: nowhere). */
type Step = (from: Place | null, most: number) => Promise<RankedPage>;

/** Score, event and webhook to begin after. */
function placeArgs(from: Place | null, { until }: DeliveryFilter): (string | number)[] {
  if (from !== null) return [from.score, from.event, from.webhook];
  return [until === undefined ? '+inf' : `(${until}`, '', ''];
}

function eventStep(context: StoreContext, filter: DeliveryFilter, index: string): Step {
  const [kind, name] = scopeFilter(filter);
  return async (from, most) => {
    const reply = (await context.run('find_deliveries', [
      index,
      ...placeArgs(from, filter),
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
    return {
      found: readPage(flat, 'e'),
      next: score === '' ? null : { score: Number(score), event, webhook },
    };
  };
}

function deadStep(context: StoreContext, filter: DeliveryFilter, diedBefore: number | null): Step {
  const [kind, name] = scopeFilter(filter);
  return async (from, most) => {
    // A place without a letter is a score to begin at.
    const isAfter = from !== null && from.event !== '';
    const begin = from === null || isAfter ? diedBefore : Math.min(from.score, diedBefore ?? Infinity);
    const reply = (await context.run('find_dead', [
      isAfter ? deliveryId(from.event, from.webhook) : '',
      isAfter ? from.score : '',
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
      begin ?? '',
      filter.reason ?? '',
    ])) as string[];
    const [score = '', id = '', ...flat] = reply;
    const at = parseDeliveryId(id);
    const next = at === null ? null : { score: Number(score), event: at.eventId, webhook: at.webhookId };
    return { found: readPage(flat, 'd'), next };
  };
}

async function collect(
  step: Step,
  { from, limit, budgetMs = STEP_BUDGET_MS }: RankedRequest & { budgetMs?: number },
): Promise<RankedPage> {
  const begun = performance.now();
  const first = await step(from, Math.min(limit, MOST_PER_STEP));
  const found = [...first.found];
  let { next } = first;
  while (next !== null && found.length < limit && performance.now() - begun < budgetMs) {
    const more: RankedPage = await step(next, Math.min(limit - found.length, MOST_PER_STEP));
    found.push(...more.found);
    next = more.next;
  }
  return { found, next };
}

const NOTHING: RankedPage = { found: [], next: null };

/** Open dead letters by when they died. `diedBefore` (ms) bounds a bulk action to what was dead when it began. */
export async function rankDeadLetters(
  context: StoreContext,
  filter: DeliveryFilter,
  request: RankedRequest & { diedBefore?: number; budgetMs?: number },
): Promise<RankedPage> {
  if (matchesNothing(filter) || (filter.status ?? 'dead') !== 'dead') return NOTHING;
  return collect(deadStep(context, filter, request.diedBefore ?? null), request);
}

/** Deliveries by when their events were accepted. */
export async function rankDeliveries(
  context: StoreContext,
  filter: DeliveryFilter,
  request: RankedRequest,
): Promise<RankedPage> {
  if (matchesNothing(filter)) return NOTHING;
  return collect(eventStep(context, filter, await indexFor(context, filter)), request);
}

function pageOf({ found, next }: RankedPage, kind: 'e' | 'd'): DeliveryPage {
  return { items: found.map(({ delivery }) => delivery), next: next && writeCursor(kind, next) };
}

/** Open dead letters, the newest death first. */
export async function findDeadLetters(
  context: StoreContext,
  filter: DeliveryFilter,
  { cursor, ...page }: { cursor: string | null; limit: number; diedBefore?: number; budgetMs?: number },
): Promise<DeliveryPage> {
  return pageOf(await rankDeadLetters(context, filter, { ...page, from: readCursor(cursor, 'd') }), 'd');
}

/** Deliveries, the newest event first. */
export async function findDeliveries(
  context: StoreContext,
  filter: DeliveryFilter,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<DeliveryPage> {
  return pageOf(await rankDeliveries(context, filter, { limit, from: readCursor(cursor, 'e') }), 'e');
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
