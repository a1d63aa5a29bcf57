/** From what a pipeline says to an accepted event: every rule is core's, this file puts them in order. */
import {
  EVENT_TYPES,
  HooklaneError,
  MAX_BODY_BYTES,
  MAX_BODY_DEPTH,
  accountProblem,
  eventIdProblem,
  isNestedDeeper,
  formatTraceparent,
  parseTime,
  parseTraceparent,
  showValue,
  validateEventBody,
} from '@hooklane/core';
import type { AcceptedEvent, EventType } from '@hooklane/core';

/** One event of a pipeline, as it is emitted. */
export interface EmittedEvent {
  /** The owner: `[A-Za-z0-9_.-]{1,64}`. */
  account: string;
  type: EventType;
  /**
   * The body that receivers get: an object, or the text of one in JSON, at most 1 MiB of UTF-8 and 200 levels deep.
   * A text leaves exactly as it came, an object as `JSON.stringify` writes it at the call: what changes later in it
   * changes nothing.
   */
  body: object | string;
  /**
   * The text that `body` was parsed from. Then the text is sent as it is and `body` only serves to check it, so that
   * a server parses each request once.
   */
  rawBody?: string | undefined;
  /** Your own id, `[A-Za-z0-9_-]{1,128}`, so that an event can be emitted again without harm. Default: a new one. */
  id?: string | undefined;
  /**
   * W3C `traceparent` of the span that emits it, such as `00-<trace id>-<span id>-01`: receivers get one of the same
   * trace with every try. Default: none.
   */
  traceparent?: string | undefined;
  /** When it happened: a Date, ms since the epoch, or RFC 3339. Default: now. */
  occurredAt?: Date | string | number | undefined;
}

/** An accepted event and the size of its body, bytes of UTF-8. */
export interface SizedEvent {
  event: AcceptedEvent;
  bytes: number;
}

/** A moment of acceptance, see `AcceptedEvent`. */
export interface Tick {
  /** ms since the epoch. */
  acceptedAt: number;
  order: number;
}

/** What acceptance needs from outside. */
export interface AcceptanceSources {
  /** When and in which place; grows with every call. */
  tick: () => Tick;
  /** The place that must be told of the event of a tick, once its id is known; called in the order of the ticks. */
  placeOf: (tick: Tick, id: string) => number;
  newId: (now: number) => string;
}

/**
 * Checks an event and completes it. Throws `invalid_field`, `event_body_mismatch` or `body_too_large`, with the
 * field at fault.
 */
export function acceptEvent(input: EmittedEvent, sources: AcceptanceSources): SizedEvent {
  refuse(
    'account',
    isText(input.account) ? accountProblem(input.account) : notText('account', input.account),
  );
  refuse('type', typeProblem(input.type));
  if (input.id !== undefined) {
    refuse('id', isText(input.id) ? eventIdProblem(input.id) : notText('id', input.id));
  }
  refuse('traceparent', traceparentProblem(input.traceparent));
  const tick = sources.tick();
  const { acceptedAt } = tick;
  const occurredAt = input.occurredAt === undefined ? acceptedAt : readTime(input.occurredAt);
  const { text, bytes, value } = readBody(input);
  const check = validateEventBody(input.type, value);
  if (!check.ok) {
    const shown = check.issues.slice(0, MAX_SHOWN_ISSUES).map((issue) => issue.message);
    throw mismatch(check.issues[0]?.field ?? 'body', shown.join(' '));
  }
  const id = input.id ?? sources.newId(acceptedAt);
  const order = sources.placeOf(tick, id);
  const { account, type } = input;
  const trace = input.traceparent === undefined ? {} : { traceparent: stored(input.traceparent) };
  const event = { id, type, account, scope: check.scope, acceptedAt, occurredAt, ...trace, body: text };
  return { bytes, event: order === 0 ? event : { ...event, order } };
}

/** In version 00, whose length is fixed: a later version may bring more, which is not kept. */
function stored(traceparent: string): string {
  const context = parseTraceparent(traceparent);
  return context === null ? traceparent : formatTraceparent(context);
}

const MAX_SHOWN_ISSUES = 5;

/** The largest time that a Date can hold, ms. */
const LATEST_TIME = 8.64e15;

function readTime(time: unknown): number {
  const ms = msOf(time);
  if (Number.isInteger(ms) && ms >= 0 && ms <= LATEST_TIME) return ms;
  const shown = time instanceof Date ? 'an invalid or early Date' : showValue(time);
  throw invalid(
    'occurredAt',
    `occurredAt must be a Date, whole ms since 1970, or RFC 3339 such as 2015-11-20T23:43:01Z; this one is ${shown}.`,
  );
}

function msOf(time: unknown): number {
  if (time instanceof Date) return time.getTime();
  if (typeof time === 'number') return time;
  return (isText(time) ? parseTime(time) : null) ?? Number.NaN;
}

/** The text that is sent, its size, and the value that a receiver will read from it. */
function readBody(input: EmittedEvent): { text: string; bytes: number; value: unknown } {
  const text = input.rawBody ?? (isText(input.body) ? input.body : writeBody(input.body));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    throw new HooklaneError('body_too_large', {
      field: 'body',
      detail: `A body has at most ${MAX_BODY_BYTES} bytes; this one has ${bytes}.`,
    });
  }
  // What counts is what receivers read: toJSON and the like can make it differ from the object.
  const value = input.rawBody === undefined ? parseBody(text) : input.body;
  if (isNestedDeeper(text, MAX_BODY_DEPTH)) {
    throw invalid('body', `body must be at most ${MAX_BODY_DEPTH} levels deep; this one is deeper.`);
  }
  return { text, bytes, value };
}

function writeBody(body: object): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body) as string | undefined;
  } catch (error) {
    throw mismatch(
      'body',
      `The body cannot be written as JSON: ${(error as Error).message.split('\n', 1)[0] ?? ''}.`,
    );
  }
  if (text === undefined)
    throw mismatch('body', `The body must be an object; this one is ${showValue(body)}.`);
  return text;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw mismatch('body', 'The body is a text that is not JSON.');
  }
}

function typeProblem(type: unknown): string | null {
  if (EVENT_TYPES.some((known) => known === type)) return null;
  return `type must be one of ${EVENT_TYPES.join(', ')}; this one is ${showValue(type)}.`;
}

function traceparentProblem(traceparent: unknown): string | null {
  if (traceparent === undefined) return null;
  if (isText(traceparent) && parseTraceparent(traceparent) !== null) return null;
  return `traceparent must be one of W3C Trace Context, such as 00-<32 digits>-<16 digits>-01; this one is ${showValue(traceparent)}.`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function notText(field: string, value: unknown): string {
  return `${field} must be text; this one is ${showValue(value)}.`;
}

function refuse(field: string, problem: string | null): void {
  if (problem !== null) throw invalid(field, problem);
}

function invalid(field: string, detail: string): HooklaneError {
  return new HooklaneError('invalid_field', { field, detail });
}

function mismatch(field: string, detail: string): HooklaneError {
  return new HooklaneError('event_body_mismatch', { field, detail });
}
