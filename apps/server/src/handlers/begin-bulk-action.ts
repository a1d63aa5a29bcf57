/** POST /v1/dead-letters/redrive and /v1/dead-letters/discard */
import type { ApiDeliveryFilter } from '@hooklane/client';
import type { Handler, HandlerDeps } from '../deps.ts';
import type { RedriveJob } from '../ports.ts';
import { readFilter } from '../views/filter.ts';

/** Counting stops here; the action itself takes all that match. */
const MOST_COUNTED = 100_000;

type Begin = (
  request: { filter: ApiDeliveryFilter; dryRun?: boolean | undefined; reason?: string | undefined },
  deps: HandlerDeps,
) => ReturnType<Handler<'redriveDeadLetters'>>;

/** Counts what matches and notes the action down for a worker, which does it step by step. */
function beginAction(action: RedriveJob['action']): Begin {
  return async ({ filter: given, dryRun, reason = '' }, { ports }) => {
    const filter = readFilter(given);
    const matched = await ports.deliveries.countDeadLetters(filter, MOST_COUNTED);
    if (dryRun === true) return { status: 200, body: { matched } };
    const job = { action, filter, matched, reason: reason.trim() === '' ? null : reason.trim() };
    const { id } = await ports.redrives.createRedrive(job);
    await ports.wakes.startRedrive(id);
    return { status: 202, headers: { location: `/v1/redrives/${id}` }, body: { id, matched } };
  };
}

/** Sends again. */
export const redriveDeadLetters: Handler<'redriveDeadLetters'> = ({ body }, deps) =>
  beginAction('redrive')(body, deps);

/** Closes without sending, for a reason. */
export const discardDeadLetters: Handler<'discardDeadLetters'> = ({ body }, deps) =>
  beginAction('discard')(body, deps);
