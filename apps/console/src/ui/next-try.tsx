import type { ApiDelivery } from '@hooklane/client';
import { useOpenLane } from '../api/open-lane.ts';
import { Time } from './time.tsx';

/** When a delivery is tried next. In an open lane it waits, however due it is, until a probe succeeds. */
export function NextTry({ delivery }: { delivery: ApiDelivery }) {
  const { nextAttemptAt } = delivery;
  const lane = useOpenLane(delivery);
  if (nextAttemptAt === null) return <span className="text-ink-3">–</span>;
  if (lane === null) return <Time at={nextAttemptAt} as="relative" />;
  return (
    <span className="text-wait">
      Lane open
      {lane.nextProbeAt !== null && (
        <>
          , probe <Time at={lane.nextProbeAt} as="relative" />
        </>
      )}
    </span>
  );
}
