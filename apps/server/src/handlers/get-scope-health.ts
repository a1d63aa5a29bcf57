/** GET /v1/accounts/{account}/applications/{name}/health, and the same of environments */
import type { ScopeKind } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { viewHealth } from '../views/health-view.ts';

/** Enough for a rate, and few enough for many webhooks at once. */
const MOST_ATTEMPTS = 100;

/** How each webhook of a scope is doing, in the order of the scope: one question for a whole page of them. */
/* Both kinds have one contract, so the type of one route stands for both. */
export function getScopeHealth(kind: ScopeKind): Handler<'getApplicationHealth'> {
  return async ({ params }, { ports }) => {
    const { webhooks } = await ports.webhooks.getScope(params.account, { kind, name: params.name });
    const all = await ports.operations.readManyHealth(
      webhooks.map(({ id }) => id),
      MOST_ATTEMPTS,
    );
    const items = webhooks.flatMap(({ id: webhookId }, i) => {
      const health = all[i];
      if (health === undefined) return [];
      const { points: _points, ...rest } = viewHealth(health);
      return [{ webhookId, ...rest }];
    });
    return { status: 200, body: { items } };
  };
}
