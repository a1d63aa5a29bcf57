/** GET /v1/scopes */
import { HooklaneError, nameKey } from '@hooklane/core';
import type { ApiScopeEntry } from '@hooklane/client';
import type { Handler } from '../deps.ts';

/** Pages through what the store lists; the cursor is the last entry of the page before. */
export const listScopes: Handler<'listScopes'> = async ({ query }, { ports }) => {
  const { account, kind, search } = query;
  const all = await ports.webhooks.listScopes({
    ...(account === undefined ? {} : { account }),
    ...(kind === undefined ? {} : { kind }),
    ...(search === undefined ? {} : { search }),
  });
  const start = query.cursor === undefined ? 0 : indexAfter(all, query.cursor);
  const items = all.slice(start, start + query.limit);
  const last = items.at(-1);
  const next = last === undefined || start + items.length >= all.length ? null : cursorOf(last);
  return { status: 200, body: { items, next } };
};

function cursorOf({ account, scope }: Pick<ApiScopeEntry, 'account' | 'scope'>): string {
  const key = [nameKey(account), scope.kind, nameKey(scope.name)];
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Scopes are never removed, so the entry is still there, unless the filter is another one. */
function indexAfter(all: readonly Pick<ApiScopeEntry, 'account' | 'scope'>[], cursor: string): number {
  const index = all.findIndex((entry) => cursorOf(entry) === cursor);
  if (index !== -1) return index + 1;
  throw new HooklaneError('invalid_cursor', {
    field: 'cursor',
    detail: 'The cursor is not one that this list gave. Leave it out to begin at the first item.',
  });
}
