/** GET /v1/webhooks */
import { HooklaneError, nameKey } from '@hooklane/core';
import type { Webhook } from '@hooklane/core';
import type { ApiRequest, Handler } from '../deps.ts';
import type { Ports } from '../ports.ts';
import { viewWebhook } from '../views/webhook-view.ts';

/** The most scopes that one page looks into; the next page goes on after them. */
const MOST_SCOPES = 200;
/** Looked into at the same time. */
const STEP = 20;

type Query = ApiRequest<'listWebhooks'>['query'];
type Entry = Awaited<ReturnType<Ports['webhooks']['listScopes']>>[number];

/** Webhooks of all scopes, ordered as those are, then by their age. */
export const listWebhooks: Handler<'listWebhooks'> = async ({ query }, { ports }) => {
  const scopes = await scopesOf(query, ports);
  const start = query.cursor === undefined ? { index: 0, after: '' } : find(scopes, query.cursor);
  const end = Math.min(scopes.length, start.index + MOST_SCOPES);
  const found: { webhook: Webhook; entry: Entry }[] = [];
  let looked = start.index;
  while (looked < end && found.length <= query.limit) {
    const step = scopes.slice(looked, Math.min(end, looked + STEP));
    found.push(...(await webhooksOf(step, query, ports)));
    // The first scope may have been on the page before in part.
    if (looked === start.index) {
      const rest = found.filter(({ webhook, entry }) => entry !== step[0] || webhook.id > start.after);
      found.splice(0, found.length, ...rest);
    }
    looked += step.length;
  }
  const items = found.slice(0, query.limit);
  const last = found.length > items.length ? items.at(-1) : undefined;
  const next = last === undefined ? cursorAfter(scopes, looked) : cursorOf(last.entry, last.webhook.id);
  return { status: 200, body: { items: items.map(({ webhook }) => viewWebhook(webhook)), next } };
};

async function scopesOf({ account, application, environment }: Query, ports: Ports): Promise<Entry[]> {
  const name = application ?? environment;
  const scopes = await ports.webhooks.listScopes({
    ...(account === undefined ? {} : { account }),
    ...(name === undefined ? {} : { kind: application === undefined ? 'environment' : 'application' }),
  });
  return scopes.filter(
    ({ scope, webhooks }) => webhooks > 0 && (name === undefined || nameKey(scope.name) === nameKey(name)),
  );
}

async function webhooksOf(step: readonly Entry[], { search }: Query, ports: Ports) {
  const part = nameKey(search ?? '');
  const scopes = await Promise.all(step.map(({ account, scope }) => ports.webhooks.getScope(account, scope)));
  return step.flatMap((entry, i) =>
    (scopes[i]?.webhooks ?? [])
      .filter(({ name }) => nameKey(name).includes(part))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((webhook) => ({ webhook, entry })),
  );
}

/** `~` comes after every id: the whole scope was looked into. */
function cursorAfter(scopes: readonly Entry[], looked: number): string | null {
  const last = scopes[looked - 1];
  return last === undefined || looked >= scopes.length ? null : cursorOf(last, '~');
}

function keyOf({ account, scope }: Entry): string[] {
  return [nameKey(account), scope.kind, nameKey(scope.name)];
}

function cursorOf(entry: Entry, after: string): string {
  return Buffer.from(JSON.stringify([...keyOf(entry), after])).toString('base64url');
}

function find(scopes: readonly Entry[], cursor: string): { index: number; after: string } {
  for (const [index, entry] of scopes.entries()) {
    const key = JSON.stringify(keyOf(entry)).slice(0, -1);
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    if (!text.startsWith(`${key},`)) continue;
    const after = /,"([^"\\]*)"\]$/.exec(text.slice(key.length))?.[1];
    if (after !== undefined) return { index, after };
  }
  throw new HooklaneError('invalid_cursor', {
    field: 'cursor',
    detail: 'The cursor is not one that this list gave. Leave it out to begin at the first item.',
  });
}
