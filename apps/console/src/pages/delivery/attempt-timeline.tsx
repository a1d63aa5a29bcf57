import type { ApiAttempt, ApiDelivery } from '@hooklane/client';
import { clsx } from 'clsx';
import { Section } from '../../ui/card.tsx';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { duration } from '../../ui/time-text.ts';
import { Time } from '../../ui/time.tsx';

/** Every try, the latest first; one is chosen and shown beside. */
export interface AttemptTimelineProps {
  delivery: ApiDelivery;
  /** Its number. */
  chosen: number | null;
  onChoose: (number: number) => void;
}

const FAULTS = {
  receiver: 'A fault of the receiver',
  network: 'A fault of the network',
  ours: 'Our fault, not counted',
};

/** See {@link AttemptTimelineProps}. */
export function AttemptTimeline({ delivery, chosen, onChoose }: AttemptTimelineProps) {
  const { attempts, attemptCount } = delivery;
  return (
    <Section
      title="Tries"
      subtitle={
        attemptCount > attempts.length ? `The latest ${attempts.length} of ${attemptCount}` : undefined
      }
    >
      {attempts.length === 0 ? (
        <p className="px-4 py-6 text-ink-2">None yet.</p>
      ) : (
        <ol className="max-h-128 overflow-y-auto p-2">
          {attempts.toReversed().map((attempt) => (
            <TimelineEntry
              key={attempt.number}
              attempt={attempt}
              isChosen={attempt.number === chosen}
              onChoose={() => onChoose(attempt.number)}
            />
          ))}
        </ol>
      )}
    </Section>
  );
}

function TimelineEntry({
  attempt,
  isChosen,
  onChoose,
}: {
  attempt: ApiAttempt;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const { number, outcome, statusCode, startedAt, durationMs, fault } = attempt;
  const isOk = outcome === 'ok';
  const word = OUTCOME_LABELS[outcome];
  return (
    <li className="relative before:absolute before:top-7 before:bottom-[-0.6rem] before:left-[1.06rem] before:w-px before:bg-line-strong last:before:hidden">
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className="grid w-full grid-cols-[auto_1fr_auto] items-start gap-x-3 rounded-md px-2.5 py-2 text-left hover:bg-hover aria-pressed:bg-accent-soft"
      >
        <span
          aria-hidden="true"
          className={clsx(
            'relative z-10 mt-1.5 size-3 rounded-full border-2 border-surface',
            isOk ? 'bg-ok-mark' : 'bg-bad-mark',
          )}
        />
        <span className="min-w-0">
          <span className="font-medium">
            Try {number}: {statusCode ?? word}
          </span>
          <span className="block text-sm text-ink-2">
            {statusCode === null ? '' : `${word} in `}
            {duration(durationMs)}
          </span>
          {fault !== null && <span className="block text-sm text-ink-3">{FAULTS[fault]}</span>}
        </span>
        <span className="text-sm text-ink-2">
          <Time at={startedAt} />
        </span>
      </button>
    </li>
  );
}
