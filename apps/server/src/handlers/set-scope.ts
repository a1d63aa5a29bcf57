/** PUT /v1/accounts/{account}/applications/{name}, and the same of environments */
import type { ScopeKind } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { viewScope } from '../views/webhook-view.ts';

/** The master switch. */
export function setScope(kind: ScopeKind): Handler<'setApplication'> {
  return async ({ params, body }, { ports }) => {
    const scope = { kind, name: params.name };
    await ports.webhooks.setScopeEnabled(params.account, scope, body.enabled);
    return { status: 200, body: viewScope(await ports.webhooks.getScope(params.account, scope)) };
  };
}
