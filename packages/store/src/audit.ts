/** The audit log: one capped stream. */
import { HooklaneError, nameKey } from '@hooklane/core';
import { parseObject } from './damage.ts';
import type { StoreContext } from './store-context.ts';

/** Who changed what. */
export interface AuditEntry {
  id: string;
  /** ms since the epoch. */
  at: number;
  actor: { id: string; name: string };
  via: 'token' | 'session';
  address: string;
  action: string;
  account: string | null;
  target: string | null;
  detail: string | null;
}

/** All must hold. Times are ms since the epoch. */
export interface AuditFilter {
  /** Id or name. */
  actor?: string | undefined;
  action?: string | undefined;
  account?: string | undefined;
  target?: string | undefined;
  /** Inclusive. */
  since?: number | undefined;
  /** Exclusive. */
  until?: number | undefined;
}

/** About 300 bytes each. */
const MOST_ENTRIES = 100_000;
const SCAN_PER_STEP = 1000;
const STEP_BUDGET_MS = 400;
const ENTRY_ID = /^\d{1,16}-\d{1,16}$/;

/** The audit log of the store. */
export class Audit {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Writes an entry down; what is older than retention goes. */
  async record(entry: Omit<AuditEntry, 'id'>): Promise<void> {
    const key = this.#context.keys.audit;
    const text = JSON.stringify(entry);
    const oldest = Math.max(0, entry.at - this.#context.auditRetentionMs);
    await this.#context.call((redis) =>
      Promise.all([
        redis.xadd(key, 'MAXLEN', '~', MOST_ENTRIES, '*', 'entry', text),
        redis.xtrim(key, 'MINID', '~', oldest),
      ]),
    );
  }

  /** The newest first. A page can have fewer items than `limit` and still a `next`. Throws `invalid_cursor`. */
  async find(
    filter: AuditFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: AuditEntry[]; next: string | null }> {
    if (page.cursor !== null && !ENTRY_ID.test(page.cursor)) throw badCursor();
    const begun = performance.now();
    const items: AuditEntry[] = [];
    let from = page.cursor === null ? '+' : `(${page.cursor}`;
    while (performance.now() - begun < STEP_BUDGET_MS) {
      const start = from;
      const step = await this.#context.call((redis) =>
        redis.xrevrange(this.#context.keys.audit, start, '-', 'COUNT', SCAN_PER_STEP),
      );
      for (const [id, fields] of step) {
        const entry = readEntry(id, fields);
        if (entry === null || !matches(entry, filter)) continue;
        if (items.length >= page.limit) return { items, next: items.at(-1)?.id ?? null };
        items.push(entry);
      }
      const last = step.at(-1)?.[0];
      if (last === undefined || step.length < SCAN_PER_STEP) return { items, next: null };
      from = `(${last}`;
    }
    return { items, next: from.slice(1) };
  }
}

/** null: damaged, or of a version that wrote otherwise. */
function readEntry(id: string, fields: readonly string[]): AuditEntry | null {
  const entry = (parseObject(fields[1] ?? '') ?? {}) as Partial<Record<keyof AuditEntry, unknown>>;
  const { at, actor, via, address, action, account, target, detail } = entry;
  const { id: actorId, name } = (actor ?? {}) as Record<string, unknown>;
  const texts = [actorId, name, address, action];
  if (!texts.every((text) => typeof text === 'string') || typeof at !== 'number') return null;
  if (via !== 'token' && via !== 'session') return null;
  if (![account, target, detail].every((text) => text === null || typeof text === 'string')) return null;
  return { ...(entry as Omit<AuditEntry, 'id'>), id };
}

function matches(entry: AuditEntry, filter: AuditFilter): boolean {
  const { actor, action, account, target, since, until } = filter;
  if (actor !== undefined && actor !== entry.actor.id && actor !== entry.actor.name) return false;
  if (action !== undefined && action !== entry.action) return false;
  if (account !== undefined && nameKey(account) !== nameKey(entry.account ?? '')) return false;
  if (target !== undefined && target !== entry.target) return false;
  return entry.at >= (since ?? 0) && entry.at < (until ?? Number.POSITIVE_INFINITY);
}

function badCursor(): HooklaneError {
  const detail = 'The cursor is not one that this list gave. Leave it out to begin at the newest item.';
  return new HooklaneError('invalid_cursor', { field: 'cursor', detail });
}
