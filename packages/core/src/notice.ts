/** Notices: what Hooklane tells an account about its webhooks. A webhook is never disabled silently. */
import type { EventType, Scope } from './event.ts';
import type { Outcome } from './delivery.ts';

/**
 * What a notice says. `webhook.…`: of a webhook. `notifications.…`: of the account's notification URL itself; these
 * are kept and logged, never sent.
 */
export const NOTICE_KINDS = [
  'webhook.failing',
  'webhook.disabled',
  'webhook.recovered',
  'notifications.failing',
  'notifications.disabled',
  'notifications.recovered',
] as const;

/** One of {@link NOTICE_KINDS}. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The types of operational events: what an account's notification URL receives. */
export type OperationalEventType = Extract<NoticeKind, `webhook.${string}`> | 'notifications.test';

/**
 * The failed tries of a webhook since its last success. Only tries that receiver or network failed count, and only
 * time in which workers were at work: see `failingMs`.
 */
export interface FailingStreak {
  /** When the first of them ended, ms since the epoch. */
  since: number;
  tries: number;
  /**
   * For how long every try failed, ms: the sum of the distances between failed tries. A distance counts as a fifth of
   * the time that disables at most, so that it takes real tries spread over the span; time without a worker does not count.
   */
  failingMs: number;
}

/** A step of a streak: its first failure, half of the time that disables, all of it, or its end by a success. */
export type StreakStep = 'first' | 'half' | 'full' | 'recovered';

/** A notice. Times are ms since the epoch. */
export interface Notice {
  /** `ntc_…` */
  id: string;
  kind: NoticeKind;
  at: number;
  account: string;
  /** null: it is about the account's notification URL. */
  webhook: { id: string; name: string; scope: Scope; event: EventType } | null;
  /** One or two sentences for a person. */
  message: string;
  /** Why it was disabled: `failing`, `gone` (410); null for other kinds. */
  reason: 'failing' | 'gone' | null;
  /** null when a single answer decided (410). */
  streak: (FailingStreak & { step: StreakStep }) | null;
  /** How the last try ended. */
  last: { outcome: Outcome; statusCode: number | null; error: string | null } | null;
  /** When a person said that they have seen it; null: open. */
  acknowledgedAt: number | null;
}
