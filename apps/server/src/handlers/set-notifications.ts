/** PUT /v1/accounts/{account}/notifications */
import { DEFAULT_TOKEN_HEADER } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { viewNotifications } from '../views/notice-view.ts';
import { wakeLanes } from './hint-workers.ts';
import { demandCallableUrl, demandSuitingSecret, refuse } from './webhook-rules.ts';

/** Sets or replaces the URL; one that was disabled is enabled. */
export const setNotifications: Handler<'setNotifications'> = async ({ params, body }, deps) => {
  const { ports } = deps;
  const { account } = params;
  demandCallableUrl(body.url, ports.checkUrl);
  const current = await ports.notifications.getNotifications(account);
  const signing = body.signing ?? current?.signing ?? 'standard';
  const keeps = body.secret === undefined && current !== null;
  // The present secret cannot be read here, so a change of its use brings its own.
  if (!keeps) demandSuitingSecret(body.secret ?? null, signing);
  else if (signing === 'token' && (current.signing !== 'token' || !current.hasSecret)) {
    refuse('secret', 'secret is missing: signing "token" sends it in a header, so it needs one.');
  }
  if (typeof body.secret === 'string') await ports.checks.checkSecretKey();
  const tokenHeader = body.tokenHeader ?? current?.tokenHeader ?? DEFAULT_TOKEN_HEADER;
  const settings = { url: body.url, secret: body.secret, signing, tokenHeader };
  const { target, wakes } = await ports.notifications.setNotifications(account, settings);
  await wakeLanes(deps, wakes);
  return { status: 200, body: viewNotifications(target) };
};
