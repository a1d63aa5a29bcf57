/** GET /v1/dead-letters/groups */
import type { Handler } from '../deps.ts';
import { readFilter } from '../views/filter.ts';
import { rfc3339 } from '../views/time.ts';

const MOST_GROUPS = 500;

/** Open dead letters by what they have in common. */
export const listDeadLetterGroups: Handler<'listDeadLetterGroups'> = async ({ query }, { ports }) => {
  const { items, truncated } = await ports.deliveries.findDeadGroups(readFilter(query), MOST_GROUPS);
  const groups = items.map((group) => ({
    ...group,
    firstAt: rfc3339(group.firstAt),
    lastAt: rfc3339(group.lastAt),
  }));
  return { status: 200, body: { items: groups, truncated } };
};
