/** What is told of a webhook whose tries fail: from the streak that settling reports to a notice. Pure. */
import {
  type Attempt,
  type FailingStreak,
  type Notice,
  type Settlement,
  type StreakStep,
  type WebhookTarget,
  formatDuration,
} from '@hooklane/core';

/** A notice before it is written down. */
export type NoticeDraft = Omit<Notice, 'id' | 'at' | 'acknowledgedAt'>;

/** A streak at a step that is worth telling. */
export type StreakNews = FailingStreak & { step: StreakStep };

/** What a notice is about. */
interface Subject {
  webhook: WebhookTarget;
  /** The last try of the batch that brought it up. */
  attempt: Attempt | null;
  /** ms after which failing disables; 0: never. */
  disableAfterMs: number;
}

const KIND = { first: 'failing', half: 'failing', full: 'disabled', recovered: 'recovered' } as const;

/** What must be told after a batch of tries; mostly nothing. */
export function noticeOfBatch(
  settlements: readonly Settlement[],
  streak: StreakNews | null,
  { webhook, disableAfterMs }: Pick<Subject, 'webhook' | 'disableAfterMs'>,
): NoticeDraft | null {
  const gone = settlements.find(({ attempt }) => attempt?.outcome === 'gone')?.attempt;
  if (gone) return noticeOfGone({ webhook, attempt: gone, disableAfterMs });
  if (streak === null) return null;
  const attempt = settlements.findLast((settlement) => settlement.attempt?.fault !== 'ours')?.attempt ?? null;
  return noticeOfStreak(streak, { webhook, attempt, disableAfterMs });
}

/** The notice of a streak. */
function noticeOfStreak(streak: StreakNews, subject: Subject): NoticeDraft {
  return {
    ...common(subject, KIND[streak.step]),
    message: `${nameOf(subject.webhook)} ${tell(streak, subject)}`,
    reason: streak.step === 'full' ? 'failing' : null,
    streak,
  };
}

/** The notice of an answer 410. */
function noticeOfGone(subject: Subject): NoticeDraft {
  const message = `${nameOf(subject.webhook)} is disabled: its receiver answered 410 Gone, so it does not want this any more.`;
  return { ...common(subject, 'disabled'), message, reason: 'gone', streak: null };
}

function common({ webhook, attempt }: Subject, what: 'failing' | 'disabled' | 'recovered') {
  const { id, name, scope, event, account } = webhook;
  const isEvents = webhook.purpose === 'events';
  return {
    kind: isEvents ? (`webhook.${what}` as const) : (`notifications.${what}` as const),
    account,
    webhook: isEvents ? { id, name, scope, event } : null,
    last:
      attempt === null
        ? null
        : {
            outcome: attempt.outcome,
            statusCode: attempt.statusCode,
            error: attempt.error?.code ?? null,
          },
  };
}

function nameOf({ purpose, name, scope, account }: WebhookTarget): string {
  if (purpose === 'notifications') return `The notification URL of account ${account}`;
  return `Webhook ${name} of ${scope.kind} ${scope.name}`;
}

function tell(streak: StreakNews, { attempt, disableAfterMs }: Subject): string {
  const { step, failingMs } = streak;
  const tries = streak.tries === 1 ? '1 try' : `${streak.tries} tries`;
  const since = new Date(streak.since).toISOString();
  const last = attempt === null ? '' : `, the last with ${showEnd(attempt)}`;
  const limit = formatDuration(disableAfterMs);
  switch (step) {
    case 'first': {
      const then = disableAfterMs > 0 ? ` When every try has failed for ${limit}, it is disabled.` : '';
      return `fails: ${tries} failed since ${since}${last}.${then}`;
    }
    case 'half':
      return `has failed for ${showAge(failingMs)}: ${tries} since ${since}${last}. When that has gone on for ${limit}, it is disabled.`;
    case 'full':
      return `is disabled: every try failed for ${showAge(failingMs)}, ${tries} since ${since}${last}. What it is owed waits: mend the receiver, then enable it.`;
    case 'recovered':
      return `works again, after ${tries} that failed since ${since}.`;
  }
}

function showEnd({ outcome, statusCode, error }: Attempt): string {
  return statusCode === null ? (error?.code ?? outcome) : `status ${statusCode}`;
}

/** Rounded to what a person needs. */
function showAge(ms: number): string {
  const unit = ms >= 3_600_000 ? 3_600_000 : ms >= 60_000 ? 60_000 : 1000;
  return formatDuration(Math.round(ms / unit) * unit);
}
