/** What happens to a request, the same under every framework: verify, claim, work, answer. */
import type { Dedupe } from './dedupe.ts';
import { ALL_EVENT_TYPES, isEventType } from './event-bodies.ts';
import type { AnyEventType, DeliveryOf, WebhookDelivery } from './event-bodies.ts';
import type { HeaderSource } from './headers.ts';
import type { BodyRead } from './read-body.ts';
import { signRequest } from './sign-request.ts';
import { MAX_WEBHOOK_BYTES, verifyWebhook } from './verify-webhook.ts';
import type { VerifyWebhookOptions, WebhookFailure } from './verify-webhook.ts';

/** Your functions, by event; of a pipeline, or operational ones where this is an account's notification URL. What rejects or throws is answered 500, and Hooklane comes again. */
export type WebhookFunctions = {
  [T in AnyEventType]?: (delivery: DeliveryOf<T>) => void | Promise<void>;
};

/** How to receive. */
export interface WebhookHandlerOptions extends Omit<VerifyWebhookOptions, 'now'> {
  /** Any of them may have signed: name old and new during a rotation. At least one. */
  secrets: readonly string[];
  /** An event without a function is answered 204. They should end well within Hooklane's 15 s. */
  on: WebhookFunctions;
  /** Without it repeats are worked on again. */
  dedupe?: Dedupe;
  /** How long a body may take to arrive, ms; default 10 s. */
  bodyTimeoutMs?: number;
  /** Told of what was answered 500 or could not be remembered; default: `console.error`. It must not throw. */
  onError?: (error: unknown, delivery: WebhookDelivery | null) => void;
}

/** What to answer; headers in lower case. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The rules of {@link createReceiver}, for one framework to wrap. */
export interface Receiver {
  maxBytes: number;
  timeoutMs: number;
  /** Never rejects. */
  answer(method: string, headers: HeaderSource, read: BodyRead): Promise<Answer>;
  /** The answer when the body could not be had because something read it before us. */
  alreadyRead(): Answer;
}

const DEFAULT_BODY_TIMEOUT_MS = 10_000;

/** Throws TypeError for options that cannot work, so that a bad secret shows at the start and not at 3 a.m. */
export function createReceiver(options: WebhookHandlerOptions): Receiver {
  checkOptions(options);
  const { maxBodyBytes = MAX_WEBHOOK_BYTES, bodyTimeoutMs = DEFAULT_BODY_TIMEOUT_MS } = options;
  const onError = options.onError ?? logError;
  return {
    maxBytes: maxBodyBytes,
    timeoutMs: bodyTimeoutMs,
    answer: async (method, headers, read) => {
      if (method !== 'POST') return refusal(405, 'not_a_post', { allow: 'POST' });
      if (read.is === 'too_large') return refusal(413, 'body_too_large', HANG_UP);
      if (read.is !== 'read') return refusal(408, 'body_too_late', HANG_UP);
      const verified = verifyWebhook(headers, read.body, options.secrets, options);
      if (!verified.ok) return refusal(STATUS_OF[verified.reason], verified.reason);
      const { ok: _ok, ...delivery } = verified;
      try {
        return await handle(delivery, { ...options, onError });
      } catch (error) {
        onError(error, delivery);
        return refusal(500, 'handler_failed');
      }
    },
    alreadyRead: () => {
      onError(new TypeError(ALREADY_READ), null);
      return refusal(500, 'body_already_read');
    },
  };
}

const ALREADY_READ =
  'The body was read before the webhook handler could: a signature covers the raw bytes. Mount the handler before ' +
  'any parser such as express.json(), or keep the raw body with express.raw().';

/** What is left of such a request is not read, so its connection cannot be used again. */
const HANG_UP = { connection: 'close' };

const STATUS_OF: Record<WebhookFailure, number> = {
  missing_header: 401,
  invalid_header: 401,
  timestamp_too_old: 401,
  timestamp_too_new: 401,
  no_match: 401,
  body_too_large: 413,
  missing_event_header: 400,
  invalid_event_header: 400,
  invalid_body: 400,
};

type Handling = WebhookHandlerOptions & Required<Pick<WebhookHandlerOptions, 'onError'>>;

async function handle(delivery: WebhookDelivery, options: Handling): Promise<Answer> {
  // Each function takes the event of its own name; the compiler cannot follow.
  const work = options.on[delivery.type] as ((delivery: WebhookDelivery) => unknown) | undefined;
  if (work === undefined) return DONE;
  const claim = (await options.dedupe?.claim(delivery.id)) ?? UNCLAIMED;
  if (claim.is === 'repeat') return json(200, { repeat: true });
  if (claim.is === 'busy') return refusal(503, 'busy', { 'retry-after': String(claim.retryAfterSec) });
  const report = (error: unknown): void => options.onError(error, delivery);
  try {
    await work(delivery);
  } catch (error) {
    // A claim that cannot be released lapses.
    await claim.release().catch(report);
    throw error;
  }
  // The work was done. To answer 500 because that cannot be remembered would only have it done twice.
  await claim.done().catch(report);
  return DONE;
}

const DONE: Answer = { status: 204, headers: {}, body: '' };
const UNCLAIMED = { is: 'first', done: async () => {}, release: async () => {} } as const;

function refusal(status: number, reason: string, headers: Record<string, string> = {}): Answer {
  return json(status, { reason }, headers);
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function checkOptions(options: WebhookHandlerOptions): void {
  const { profile = 'standard', secrets, tokenHeader, bodyTimeoutMs = 1 } = options;
  const sample = { profile, id: 'check', timestampSec: 0, body: '' };
  const headers = { 'webhook-id': sample.id, 'webhook-timestamp': '0' };
  // Only for what the two throw: a secret, a tolerance or a bound that cannot be used.
  for (const secret of secrets) {
    const token = tokenHeader === undefined ? {} : { tokenHeader };
    Object.assign(headers, signRequest({ ...sample, ...token, secrets: [secret] }));
  }
  verifyWebhook(headers, sample.body, secrets, options);
  if (!(bodyTimeoutMs >= 1))
    throw new TypeError(`bodyTimeoutMs must be 1 or more; this one is ${bodyTimeoutMs}.`);
  for (const type of Object.keys(options.on)) {
    if (!isEventType(type)) {
      throw new TypeError(`"on" may name ${ALL_EVENT_TYPES.join(', ')}; it names ${type}.`);
    }
  }
}

function logError(error: unknown, delivery: WebhookDelivery | null): void {
  console.error('hooklane webhook', delivery?.deliveryId ?? '', error);
}
