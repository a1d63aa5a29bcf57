/** GET /v1/accounts/{account}/applications/{name}, and the same of environments */
import type { ScopeKind } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { viewScope } from '../views/webhook-view.ts';

/** A scope exists as soon as a pipeline has it: one that nobody configured is off and empty. */
/* Both kinds have one contract, so the type of one route stands for both. */
export function getScope(kind: ScopeKind): Handler<'getApplication'> {
  return async ({ params }, { ports }) => {
    const scope = await ports.webhooks.getScope(params.account, { kind, name: params.name });
    return { status: 200, body: viewScope(scope) };
  };
}
