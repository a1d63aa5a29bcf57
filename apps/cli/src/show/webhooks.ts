/** Webhooks on the screen. */
import type { ApiWebhook } from '@hooklane/client';
import { printFacts } from '../terminal/facts.ts';
import type { Column } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { showAgo, showTime } from './times.ts';

/** The columns of a list. */
export const WEBHOOK_COLUMNS: readonly Column<ApiWebhook>[] = [
  { title: 'Name', show: (row) => row.name, shrinkTo: 16 },
  { title: 'Event', show: (row) => row.event },
  { title: 'Scope', show: (row) => row.scope.name, shrinkTo: 12 },
  {
    title: 'State',
    show: (row) => stateOf(row),
    style: (row) => (row.enabled ? 'green' : 'yellow'),
  },
  { title: 'Signing', show: (row) => (row.hasSecret ? row.signing : 'none') },
  { title: 'Url', show: (row) => row.url, shrinkTo: 24 },
  { title: 'Id', show: (row) => row.id, canWrap: true },
];

function stateOf(webhook: ApiWebhook): string {
  if (webhook.enabled) return 'enabled';
  return webhook.disabled?.reason === 'gone' ? 'gone' : 'disabled';
}

/** All of one webhook. */
export function printWebhook(terminal: Terminal, webhook: ApiWebhook, now: number): void {
  const { signing, tokenHeader, hasSecret, disabled } = webhook;
  const signed = signing === 'token' ? `token, in the header ${tokenHeader}` : signing;
  printFacts(terminal, [
    ['Webhook', webhook.name, 'bold'],
    ['Id', webhook.id],
    ['Scope', `${webhook.scope.kind} ${webhook.scope.name} of ${webhook.account}`],
    ['Event', webhook.event],
    ['Url', webhook.url],
    ['Signing', hasSecret ? signed : 'none: it has no secret'],
    ['State', webhook.enabled ? 'enabled' : 'disabled', webhook.enabled ? 'green' : 'yellow'],
    ['Because', disabled === null ? null : `${disabled.message} (${showAgo(disabled.at, now)})`],
    ['At once', `${webhook.maxInFlight} tries at most`],
    ['Created', terminal.isInteractive ? showTime(webhook.createdAt) : webhook.createdAt],
    ['Changed', terminal.isInteractive ? showTime(webhook.updatedAt) : webhook.updatedAt],
  ]);
}
