/** The filters of deliveries and dead letters. All must hold. */
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { DEAD_REASONS, LETTER_REASONS } from '@hooklane/client';
import type { ApiDeliveryFilter } from '@hooklane/client';
import { DELIVERY_STATUSES, EVENT_TYPES } from '@hooklane/core';
import { momentOption } from './options.ts';
import type { ScopeFlags } from './scope-options.ts';
import { accountOption, applicationOption, environmentOption, nameScope, scopeOf } from './scope-options.ts';

/** What the filter options say. */
export interface FilterFlags extends ScopeFlags {
  webhook?: string | undefined;
  event?: ApiDeliveryFilter['event'];
  status?: ApiDeliveryFilter['status'];
  reason?: ApiDeliveryFilter['reason'];
  statusCode?: number | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** `--webhook <id>` */
const webhookOption = () => new Option('--webhook <id>', 'the id of a webhook, wh_…');

/** `--event <type>` */
export const eventOption = () => new Option('--event <type>', 'what happened').choices(EVENT_TYPES);

/** `--status <status>` */
export const statusOption = () => new Option('--status <status>', 'how it stands').choices(DELIVERY_STATUSES);

/** `--reason <reason>` */
const reasonOption = () => new Option('--reason <reason>', 'why it was given up').choices(DEAD_REASONS);

/** The same of dead letters, which others never are. */
const letterReasonOption = () =>
  new Option('--reason <reason>', 'why it was given up').choices(LETTER_REASONS).argParser((text) => {
    const reason = LETTER_REASONS.find((one) => one === text);
    if (reason !== undefined) return reason;
    const allowed = `Allowed choices are ${LETTER_REASONS.join(', ')}.`;
    throw new InvalidArgumentError(
      DEAD_REASONS.some((one) => one === text) ? `${NO_LETTER[text]} ${allowed}` : allowed,
    );
  });

const NO_LETTER: Readonly<Record<string, string>> = {
  webhook_deleted:
    'What a deleted webhook was owed is given up without a dead letter: hooklane deliveries list --reason webhook_deleted.',
  discarded: 'What was discarded is a dead letter no more: hooklane deliveries list --reason discarded.',
};

/** `--status-code <code>` */
const statusCodeOption = () =>
  new Option('--status-code <code>', 'HTTP status of the last answer; 0: there was none').argParser(
    statusCodeOf,
  );

function statusCodeOf(text: string): number {
  const code = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (code === 0 || (code >= 100 && code <= 599)) return code;
  throw new InvalidArgumentError('It must be 100 to 599, or 0 for no answer.');
}

/** `--since <when>` */
export const sinceOption = (now: () => number) =>
  new Option('--since <when>', 'created at or after: an age (2h) or RFC 3339').argParser(momentOption(now));

/** `--until <when>` */
export const untilOption = (now: () => number) =>
  new Option('--until <when>', 'created before: an age (2h) or RFC 3339').argParser(momentOption(now));

/** A command with the filters that say where, for which event, and with which answer. */
export function filteredCommand(name: string) {
  return placedCommand(name).addOption(reasonOption()).addOption(statusCodeOption());
}

function placedCommand(name: string) {
  return new Command(name)
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(webhookOption())
    .addOption(eventOption());
}

/** The same, with the filters that say when. */
export function filteredCommandOfTime(name: string, now: () => number) {
  return filteredCommand(name).addOption(sinceOption(now)).addOption(untilOption(now));
}

/** A command on dead letters, with all filters that can find one. */
export function filteredCommandOfLetters(name: string, now: () => number) {
  return placedCommand(name)
    .addOption(letterReasonOption())
    .addOption(statusCodeOption())
    .addOption(sinceOption(now))
    .addOption(untilOption(now))
    .addHelpText(
      'after',
      '\nWhat a deleted webhook was still owed is given up without a dead letter: see it with\n' +
        'hooklane deliveries list --reason webhook_deleted',
    );
}

/** As the API takes it, without what was not said. */
export function filterOf(flags: FilterFlags): ApiDeliveryFilter {
  const { account, application, environment, webhook, event, status, reason, statusCode, since, until } =
    flags;
  const all = { account, application, environment, webhook, event, status, reason, statusCode, since, until };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** In words, for a question: `application shop of jdoe, HTTP 500`; `all` for none. */
export function nameFilter(filter: ApiDeliveryFilter): string {
  const scope = scopeOf(filter);
  const where =
    scope !== null && filter.account !== undefined
      ? nameScope({ account: filter.account, scope })
      : scope !== null
        ? `${scope.kind} ${scope.name}`
        : filter.account;
  const parts = [
    where,
    filter.webhook,
    filter.event,
    filter.status,
    filter.reason,
    filter.statusCode === undefined ? undefined : nameStatusCode(filter.statusCode),
    filter.since === undefined ? undefined : `since ${filter.since}`,
    filter.until === undefined ? undefined : `until ${filter.until}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? 'all' : parts.join(', ');
}

function nameStatusCode(code: number): string {
  return code === 0 ? 'no answer' : `HTTP ${code}`;
}
