/** GET /v1/audit */
import type { Handler } from '../deps.ts';
import { rfc3339 } from '../views/time.ts';

/** One page of the audit log, the newest first. */
export const listAudit: Handler<'listAudit'> = async ({ query }, { ports }) => {
  const { cursor, limit, since, until, ...rest } = query;
  const times = {
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
  };
  const { items, next } = await ports.audit.find({ ...rest, ...times }, { cursor: cursor ?? null, limit });
  return { status: 200, body: { items: items.map((entry) => ({ ...entry, at: rfc3339(entry.at) })), next } };
};
