/** POST /v1/dead-letters/redrive and /v1/dead-letters/discard */
import type { Handler } from '../deps.ts';
import type { RedriveJob } from '../ports.ts';
import { readFilter } from '../views/filter.ts';

/** Counting stops here; the action itself takes all that match. */
const MOST_COUNTED = 100_000;

/** Counts what matches and notes the action down for a worker, which does it step by step. */
export function beginBulkAction(action: RedriveJob['action']): Handler<'redriveDeadLetters'> {
  return async ({ body }, { ports }) => {
    const filter = readFilter(body.filter);
    const matched = await ports.deliveries.countDeadLetters(filter, MOST_COUNTED);
    if (body.dryRun === true) return { status: 200, body: { matched } };
    const { id } = await ports.redrives.createRedrive({ action, filter, matched });
    await ports.wakes.startRedrive(id);
    return { status: 202, headers: { location: `/v1/redrives/${id}` }, body: { id, matched } };
  };
}
