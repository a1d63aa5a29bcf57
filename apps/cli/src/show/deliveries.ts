/** Deliveries and their attempts on the screen. */
import type { ApiAttempt, ApiDelivery } from '@hooklane/client';
import { cleanLine, cleanLines } from '../terminal/clean-text.ts';
import type { Column } from '../terminal/table.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';
import { showAgo, showSpan, showTime } from './times.ts';

const STATUS_STYLES = {
  pending: 'cyan',
  retrying: 'yellow',
  delivered: 'green',
  dead: 'red',
} as const satisfies Record<ApiDelivery['status'], Style>;

/** Lines of a response that are shown. */
const MAX_EXCERPT_LINES = 12;
const MAX_EXCERPT_CHARS = 2000;

/** Headers of an answer that tell something about a failure. */
const TELLING_HEADERS = ['content-type', 'location', 'retry-after', 'server', 'www-authenticate'];

/** The columns of a list. */
export function deliveryColumns(now: number): Column<ApiDelivery>[] {
  return [
    { title: 'Created', show: (row) => showAgo(row.createdAt, now), plain: (row) => row.createdAt },
    { title: 'Status', show: (row) => row.status, style: (row) => STATUS_STYLES[row.status] },
    { title: 'Event', show: (row) => row.event },
    { title: 'Scope', show: (row) => row.scope.name, shrinkTo: 12 },
    { title: 'Webhook', show: (row) => nameWebhook(row), shrinkTo: 12 },
    { title: 'Tries', show: (row) => String(row.attemptCount), align: 'right' },
    { title: 'Answer', show: lastAnswer },
    {
      title: 'Next',
      show: (row) => (row.nextAttemptAt === null ? (row.reason ?? '') : showAgo(row.nextAttemptAt, now)),
      plain: (row) => row.nextAttemptAt ?? row.reason ?? '',
    },
    { title: 'Id', show: (row) => row.id, canWrap: true },
  ];
}

/** Its Friendly Name; its id when it is gone. */
export function nameWebhook({ webhookName, webhookId }: ApiDelivery): string {
  return webhookName ?? webhookId;
}

/** The colour of a status. */
export function statusStyle(status: ApiDelivery['status']): Style {
  return STATUS_STYLES[status];
}

/** What the last try got: `200`, `500`, `timeout`; empty before the first. */
export function lastAnswer(delivery: ApiDelivery): string {
  const last = delivery.attempts.at(-1);
  return last === undefined ? '' : answerOf(last);
}

/** `retrying, next try in 4s`; `retrying, due for 40s` while its lane is busy or open; `dead: every try failed`. */
export function tellStatus(delivery: ApiDelivery, now: number): string {
  if (delivery.nextAttemptAt !== null) {
    const overdue = now - Date.parse(delivery.nextAttemptAt);
    if (overdue >= 1000) return `${delivery.status}, due for ${showSpan(overdue)}`;
    return `${delivery.status}, next try ${showAgo(delivery.nextAttemptAt, now)}`;
  }
  return delivery.reason === null ? delivery.status : `${delivery.status}: ${REASONS[delivery.reason]}`;
}

const REASONS = {
  exhausted: 'every try failed (exhausted)',
  gone: 'the receiver answered 410 (gone)',
  blocked: 'the address may not be called (blocked)',
  lane_open: 'the endpoint was down for the whole schedule (lane_open)',
  webhook_deleted: 'the webhook was deleted (webhook_deleted)',
  discarded: 'a person discarded it (discarded)',
} as const satisfies Record<NonNullable<ApiDelivery['reason']>, string>;

/** One attempt in a line: `#2  22:04:31  500  rejected  12ms  receiver's fault`. */
function tellAttempt(attempt: ApiAttempt): string {
  const parts = [`#${attempt.number}`, showTime(attempt.startedAt), answerOf(attempt)];
  if (attempt.statusCode !== null) parts.push(attempt.outcome);
  parts.push(showSpan(attempt.durationMs));
  if (attempt.fault !== null) parts.push(FAULTS[attempt.fault]);
  return parts.join('  ');
}

const FAULTS = {
  receiver: "the receiver's fault",
  network: "the network's fault",
  ours: 'our fault, not counted',
} as const satisfies Record<NonNullable<ApiAttempt['fault']>, string>;

/** All attempts with what went wrong: error, telling headers, and the beginning of the answer. */
export function printAttempts(terminal: Terminal, delivery: ApiDelivery): void {
  const { attempts, attemptCount } = delivery;
  if (attempts.length === 0) return terminal.print('No try yet.');
  if (attemptCount > attempts.length) {
    terminal.print(terminal.paint('dim', `${attemptCount - attempts.length} older tries are not kept.`));
  }
  for (const attempt of attempts) {
    terminal.print(terminal.paint(attempt.outcome === 'ok' ? 'green' : 'red', tellAttempt(attempt)));
    const { error, response } = attempt;
    if (error !== null) terminal.print(`    ${cleanLine(`${error.code}: ${error.message}`)}`);
    if (response !== null) printResponse(terminal, response);
  }
}

function printResponse(terminal: Terminal, response: NonNullable<ApiAttempt['response']>): void {
  for (const name of TELLING_HEADERS) {
    const value = response.headers[name];
    if (value !== undefined) terminal.print(terminal.paint('dim', `    ${name}: ${cleanLine(value)}`));
  }
  const text = response.body.slice(0, MAX_EXCERPT_CHARS);
  const lines = cleanLines(text).trimEnd().split('\n');
  if (text.trim() === '') return;
  for (const line of lines.slice(0, MAX_EXCERPT_LINES))
    terminal.print(`    ${terminal.paint('dim', '|')} ${line}`);
  const isCut = response.truncated || text.length < response.body.length || lines.length > MAX_EXCERPT_LINES;
  if (isCut) terminal.print(terminal.paint('dim', '    | … (more with --json)'));
}

function answerOf(attempt: ApiAttempt): string {
  return attempt.statusCode === null ? attempt.outcome : String(attempt.statusCode);
}
