/** Deliveries as they change, over as many connections as it takes. */
import { z } from 'zod';
import type { EventSourceMessage } from 'eventsource-parser';
import { deliverySchema } from '../contract/deliveries.ts';
import type { ApiDelivery, ApiDeliveryFilter } from '../contract/deliveries.ts';
import { ROUTES } from '../contract/routes.ts';
import { ApiError } from '../http/api-error.ts';
import { buildRequest } from '../http/build-request.ts';
import type { Caller } from '../http/build-request.ts';
import { pause } from '../http/pause.ts';
import { findWrong } from '../http/read-answer.ts';
import type { Sending } from '../http/send.ts';
import { openStream } from './open-stream.ts';
import type { OpenStream } from './open-stream.ts';

/** What one hears. */
export type DeliveryNews =
  /** Told once, when it begins: what a list says after this and what is told here leave nothing out. */
  | { type: 'open' }
  /** A new delivery that matches, or one that changed and matches. */
  | { type: 'delivery'; delivery: ApiDelivery }
  /** A delivery changed, and does not match by status, reason or status code. */
  | { type: 'left'; id: string }
  /** Some changes were missed: read the list again. */
  | { type: 'gap' }
  /** The connection broke or was refused; asking for the next news waits for the rest of `waitMs`, then connects again. */
  | { type: 'interrupted'; error: ApiError; waitMs: number };

/** How deliveries are followed. */
export type FollowDeliveries = (
  filter?: ApiDeliveryFilter,
  options?: { signal?: AbortSignal },
) => AsyncGenerator<DeliveryNews, void, undefined>;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** What a server may ask us to wait; beyond it we come back all the same. */
const LONGEST_ASKED_MS = 5 * 60_000;

interface Settings extends Caller, Omit<Sending, 'signal'> {}

/**
 * Makes the function of the client. It never gives up what may pass: a broken connection, 408, 429 and 5xx are told as
 * `interrupted`, and it resumes where it was (`Last-Event-ID`) after 1 s, doubled up to 30 s, ± a half, or as long as
 * the server asks. Any other error is thrown. It ends when `signal` says so.
 */
export function createFollowDeliveries(settings: Settings): FollowDeliveries {
  return async function* followDeliveries(filter = {}, { signal = new AbortController().signal } = {}) {
    const seen: Seen = { position: null, failures: 0 };
    while (!signal.aborted) {
      // Closes the connection also when the listener just stops asking.
      const connection = new AbortController();
      let stream: OpenStream | null = null;
      let error: ApiError;
      try {
        const sending = { ...settings, signal: AbortSignal.any([signal, connection.signal]) };
        stream = await openStream(ROUTES.streamDeliveries, requestOf(settings, filter, seen), sending);
        yield* listen(stream, seen);
        error = ended(settings.base);
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(thrown instanceof ApiError) || !isPassing(thrown)) throw thrown;
        error = thrown;
      } finally {
        connection.abort();
      }
      seen.failures += 1;
      const waitMs = waitOf(error, seen.failures, stream?.retryMs() ?? null);
      const until = performance.now() + waitMs;
      yield { type: 'interrupted', error, waitMs };
      await pause(Math.max(0, until - performance.now()), signal).catch(() => undefined);
    }
  };
}

/** What is remembered from one connection to the next. */
interface Seen {
  position: string | null;
  /** Connections in a row that told nothing. */
  failures: number;
}

function requestOf(settings: Settings, filter: ApiDeliveryFilter, { position }: Seen) {
  const request = buildRequest(ROUTES.streamDeliveries, { query: filter }, settings);
  request.headers['accept'] = 'text/event-stream, application/problem+json';
  if (position !== null) request.headers['last-event-id'] = position;
  return request;
}

async function* listen(stream: OpenStream, seen: Seen): AsyncGenerator<DeliveryNews, void, undefined> {
  for (let messages = await stream.next(); messages !== null; messages = await stream.next()) {
    for (const message of messages) {
      seen.failures = 0;
      // The first position is where the server begins to look: what was before is in the list.
      if (seen.position === null && message.id !== undefined) yield { type: 'open' };
      const news = readNews(message);
      if (news !== null) yield news;
      // Only now: what was not heard to its end is told again.
      seen.position = message.id ?? seen.position;
    }
  }
}

const leftSchema = z.object({ id: z.string() });

/** null for what a newer server may tell beside. Throws `unexpected_answer`. */
function readNews({ event, data }: EventSourceMessage): DeliveryNews | null {
  if (event === 'gap') return { type: 'gap' };
  if (event === 'left') return { type: 'left', id: check(leftSchema, data).id };
  if (event === 'delivery') return { type: 'delivery', delivery: check(deliverySchema, data) };
  return null;
}

/** Lenient as for answers: what a newer server adds is let through. */
function check<T extends z.ZodType>(schema: T, data: string): z.output<T> {
  try {
    const body: unknown = JSON.parse(data);
    const wrong = findWrong(schema, body);
    if (wrong === null) return body as z.output<T>;
    throw new TypeError(wrong);
  } catch (cause) {
    const detail = `A message of the stream cannot be read: ${(cause as Error).message}`;
    throw new ApiError({ code: 'unexpected_answer', status: 200, detail, cause });
  }
}

function ended(base: string): ApiError {
  return new ApiError({ code: 'unreachable', status: null, detail: `${base} ended the stream.` });
}

function isPassing({ status }: ApiError): boolean {
  return status === null || status === 408 || status === 429 || status >= 500;
}

function waitOf(error: ApiError, failures: number, retryMs: number | null): number {
  const first = Math.min(retryMs ?? FIRST_WAIT_MS, LONGEST_WAIT_MS);
  const own = Math.min(first * 2 ** Math.min(failures - 1, 10), LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  return Math.max(own, Math.min(error.retryAfterMs ?? 0, LONGEST_ASKED_MS));
}
