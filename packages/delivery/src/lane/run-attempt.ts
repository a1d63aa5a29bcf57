/** One attempt of one delivery: build ▶ sign ▶ post ▶ classify ▶ decide. Value in, value out. */
import type { Attempt, DueDelivery, RetryPolicy, Settlement, WebhookTarget } from '@hooklane/core';
import { buildRequest } from './build-request.ts';
import { type Verdict, classify } from './classify.ts';
import { decide } from './decide.ts';
import type { PostResult, Sender } from './ports.ts';

/** What an attempt needs of the world. */
export interface AttemptDeps {
  sender: Sender;
  policy: RetryPolicy;
  userAgent: string;
  /** ms since the epoch. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
  /** The `traceparent` of a try, with a span of its own; `parent`: that of the event. null: none is sent. */
  nextSpan?: (parent: string | null) => string | null;
}

/** Makes the next try of a delivery and says what must be settled. Never throws for a remote's failure. */
export async function runAttempt(
  deps: AttemptDeps,
  webhook: WebhookTarget,
  due: DueDelivery,
  signal: AbortSignal,
): Promise<Settlement> {
  const startedAt = deps.now();
  const traceparent = deps.nextSpan?.(due.traceparent ?? null) ?? null;
  const request = buildRequest(webhook, due, { now: startedAt, userAgent: deps.userAgent, traceparent });
  const wanted = due.isTest === true ? { ...request, keepBody: true } : request;
  const result = await deps.sender.post(wanted, signal);
  const verdict = classify(result);
  const attempt = record(due, startedAt, result, verdict);
  const decision = decide({
    verdict,
    charged: due.charged,
    policy: deps.policy,
    retryAfter: askedToWait(result),
    now: deps.now(),
    random: deps.random(),
  });
  return { delivery: due, attempt, ...(traceparent === null ? {} : { traceparent }), ...decision };
}

/** `Retry-After` counts where the receiver says that it cannot take this now; elsewhere it means nothing. */
function askedToWait(result: PostResult): string | null {
  if (result.kind !== 'answer') return null;
  const busy = [408, 425, 429].includes(result.statusCode) || result.statusCode >= 500;
  return busy ? result.retryAfter : null;
}

function record(due: DueDelivery, startedAt: number, result: PostResult, verdict: Verdict): Attempt {
  const isKept = verdict.outcome !== 'ok' || due.isTest === true;
  return {
    number: due.tries + 1,
    startedAt,
    durationMs: Math.max(0, Math.round(result.durationMs)),
    outcome: verdict.outcome,
    fault: verdict.fault,
    statusCode: result.kind === 'answer' ? result.statusCode : null,
    error: verdict.error,
    response:
      isKept && result.kind === 'answer'
        ? {
            headers: result.headers,
            body: result.excerpt?.body ?? '',
            truncated: result.excerpt?.truncated ?? false,
          }
        : null,
  };
}

/** A try that a dead worker left behind: it happened, nobody knows how it ended, and it costs nothing. */
export function interruptedAttempt(due: DueDelivery, now: number): Settlement {
  return {
    delivery: due,
    attempt: {
      number: due.tries + 1,
      startedAt: now,
      durationMs: 0,
      outcome: 'interrupted',
      fault: 'ours',
      statusCode: null,
      error: {
        code: 'worker_lost',
        message: 'The worker that was trying this delivery died before it wrote the result.',
      },
      response: null,
    },
    charged: false,
    disposition: { kind: 'retry', at: now },
  };
}

/** Gives a delivery up without a try. */
export function giveUp(due: DueDelivery, reason: 'lane_open' | 'webhook_deleted'): Settlement {
  return { delivery: due, attempt: null, charged: false, disposition: { kind: 'dead', reason } };
}
