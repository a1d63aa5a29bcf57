/** Open dead letters by what they have in common. */
import {
  DEAD_REASONS,
  type DeadReason,
  type Delivery,
  EVENT_TYPES,
  type EventType,
  type Scope,
  type ScopeKind,
} from '@hooklane/core';
import { oneOf, skipDamage, wholeNumber } from './damage.ts';
import {
  type DeliveryFilter,
  accountsArg,
  findDeadLetters,
  matchesNothing,
  scopeFilter,
  statusCodeArg,
} from './search.ts';
import type { StoreContext } from './store-context.ts';

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

const MOST_LOOKED_AT = 5000;
const FIELDS = 11;

/** Groups, the largest first; `truncated`: there are more than are told or could be looked at. */
export async function findDeadGroups(
  context: StoreContext,
  filter: DeliveryFilter,
  limit: number,
): Promise<{ items: DeadGroup[]; truncated: boolean }> {
  if (matchesNothing(filter) || (filter.status ?? 'dead') !== 'dead') return { items: [], truncated: false };
  // Groups know when their letters died, not when their events came.
  if (filter.since !== undefined || filter.until !== undefined) return countGroups(context, filter, limit);
  const [kind, name] = scopeFilter(filter);
  const [more, ...flat] = (await context.run('find_dead_groups', [
    MOST_LOOKED_AT,
    limit,
    accountsArg(filter),
    kind,
    name,
    filter.event ?? '',
    filter.webhook ?? '',
    statusCodeArg(filter),
    filter.reason ?? '',
  ])) as string[];
  const items: DeadGroup[] = [];
  for (let i = 0; i + FIELDS <= flat.length; i += FIELDS) {
    const group = readGroup(flat.slice(i, i + FIELDS));
    if (group !== null) items.push(group);
  }
  return { items, truncated: more === '1' };
}

/** null: damaged. */
function readGroup(fields: readonly string[]): DeadGroup | null {
  const [webhookId, webhookName, account, kind, scope, event, reason, code, count, firstAt, lastAt] = fields;
  const scopeKind = oneOf<ScopeKind>(['application', 'environment'], kind);
  const type = oneOf(EVENT_TYPES, event);
  const why = oneOf(DEAD_REASONS, reason);
  if (scopeKind === null || type === null || why === null) return null;
  return {
    webhookId: webhookId ?? '',
    webhookName: webhookName === '' ? null : (webhookName ?? null),
    account: account ?? '',
    scope: { kind: scopeKind, name: scope ?? '' },
    event: type,
    reason: why,
    statusCode: wholeNumber(code) || null,
    count: wholeNumber(count),
    firstAt: wholeNumber(firstAt),
    lastAt: wholeNumber(lastAt),
  };
}

const PAGE = 500;

/** For so long letters are counted one by one, ms. */
const COUNT_BUDGET_MS = 150;

/** The same by looking at the letters one by one, the newest death first, for as long as there is time. */
async function countGroups(
  context: StoreContext,
  filter: DeliveryFilter,
  limit: number,
): Promise<{ items: DeadGroup[]; truncated: boolean }> {
  const groups = new Map<string, DeadGroup>();
  const begun = performance.now();
  let cursor: string | null = null;
  do {
    const page: { items: Delivery[]; next: string | null } = await findDeadLetters(context, filter, {
      cursor,
      limit: PAGE,
      budgetMs: COUNT_BUDGET_MS,
    });
    for (const letter of page.items) addTo(groups, letter);
    cursor = page.next;
  } while (cursor !== null && performance.now() - begun < COUNT_BUDGET_MS);
  const all = [...groups.values()].toSorted((a, b) => b.count - a.count);
  const items = await withNames(context, all.slice(0, limit));
  return { items, truncated: cursor !== null || all.length > limit };
}

function addTo(groups: Map<string, DeadGroup>, letter: Delivery): void {
  const { webhookId, account, scope, event, reason, lastStatusCode, lastAttemptAt, createdAt } = letter;
  const key = [webhookId, event, reason, lastStatusCode].join('|');
  const diedAt = lastAttemptAt ?? createdAt;
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, {
      webhookId,
      webhookName: null,
      account,
      scope,
      event,
      reason: reason ?? 'exhausted',
      statusCode: lastStatusCode,
      count: 1,
      firstAt: diedAt,
      lastAt: diedAt,
    });
    return;
  }
  group.count += 1;
  group.firstAt = Math.min(group.firstAt, diedAt);
  group.lastAt = Math.max(group.lastAt, diedAt);
}

async function withNames(context: StoreContext, groups: readonly DeadGroup[]): Promise<DeadGroup[]> {
  const names = await context.call((redis) =>
    Promise.all(
      groups.map(({ webhookId }) =>
        redis.hget(context.keys.webhook(webhookId), 'name').catch(skipDamage(null)),
      ),
    ),
  );
  return groups.map((group, i) => ({ ...group, webhookName: names[i] ?? null }));
}
