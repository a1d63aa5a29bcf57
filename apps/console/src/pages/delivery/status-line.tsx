import type { ApiDelivery } from '@hooklane/client';
import type { ReactNode } from 'react';
import { clsx } from 'clsx';
import { useOpenLane } from '../../api/open-lane.ts';
import { useNow } from '../../ui/clock.ts';
import { DEAD_REASON_LABELS, STATUS_LOOKS } from '../../ui/status-badge.tsx';
import { span } from '../../ui/time-text.ts';
import { Time } from '../../ui/time.tsx';
import { adviceOn } from './advice.ts';

const GROUNDS = {
  ok: 'border-ok-mark/40 bg-ok-soft',
  wait: 'border-wait-mark/50 bg-wait-soft',
  bad: 'border-bad-mark/40 bg-bad-soft',
  info: 'border-info-mark/40 bg-info-soft',
};

/** Where the delivery stands, in one sentence. */
export function StatusLine({ delivery }: { delivery: ApiDelivery }) {
  const { tone, icon: Icon } = STATUS_LOOKS[delivery.status];
  return (
    <div
      className={clsx(
        'flex items-start gap-3 rounded-lg border px-4 py-3',
        GROUNDS[tone as keyof typeof GROUNDS],
      )}
    >
      <Icon className="mt-0.5 size-4.5 shrink-0" aria-hidden="true" />
      <div>
        {sentence(delivery)} <OpenLaneNote delivery={delivery} />
      </div>
    </div>
  );
}

function sentence(delivery: ApiDelivery): ReactNode {
  const { status, attemptCount, nextAttemptAt, reason } = delivery;
  const tries = attemptCount === 1 ? 'one try' : `${attemptCount} tries`;
  switch (status) {
    case 'pending':
      return nextAttemptAt === null ? (
        'It waits for its first try.'
      ) : (
        <NextTry at={nextAttemptAt} what="First try" />
      );
    case 'retrying':
      return nextAttemptAt === null ? (
        `It failed after ${tries} and waits for the next one.`
      ) : (
        <>
          <NextTry at={nextAttemptAt} what={`Try ${attemptCount + 1}`} /> So far {tries} failed.
        </>
      );
    case 'delivered':
      return <Delivered delivery={delivery} />;
    case 'dead':
      return (
        <>
          <strong className="font-semibold">
            {reason === null ? 'Given up' : DEAD_REASON_LABELS[reason]}.
          </strong>{' '}
          It had {attemptCount === 0 ? 'no try' : tries}. {adviceOn(delivery)}
        </>
      );
  }
}

/** Why one that is due is not tried. */
function OpenLaneNote({ delivery }: { delivery: ApiDelivery }) {
  const lane = useOpenLane(delivery);
  if (lane === null) return null;
  return (
    <>
      The lane of its webhook is open, because the receiver failed {lane.faults} times in a row: one delivery
      at a time probes it
      {lane.nextProbeAt !== null && (
        <>
          , the next <Time at={lane.nextProbeAt} as="relative" />
        </>
      )}
      , and the others wait.
    </>
  );
}

function Delivered({ delivery }: { delivery: ApiDelivery }) {
  const last = delivery.attempts.at(-1);
  if (last === undefined) return 'It was delivered.';
  const tookMs = Date.parse(last.startedAt) + last.durationMs - Date.parse(delivery.createdAt);
  return (
    <>
      Delivered with try {last.number}, <Time at={last.startedAt} as="relative" />; {span(tookMs)} after the
      event was accepted.
    </>
  );
}

/** Counts down; at the end it is due. */
function NextTry({ at, what }: { at: string; what: string }) {
  const left = Date.parse(at) - useNow().getTime();
  return (
    <span>
      <strong className="font-semibold tabular-nums" data-testid="countdown">
        {left > 0 ? `${what} in ${span(left)}` : `${what} is due`}
      </strong>{' '}
      (<Time at={at} />
      ).
    </span>
  );
}
