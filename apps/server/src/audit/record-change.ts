/** Writes each change down once it has been carried out. */
import type { RouteId } from '@hooklane/client';
import type { Logger } from '@hooklane/runtime';
import type { Caller } from '../access/principal.ts';
import type { AuditEntry, Ports } from '../ports.ts';
import { changeOf } from './describe-change.ts';
import type { Change } from './describe-change.ts';

/** Who asks, and with what. */
interface Context {
  caller: Caller;
  ports: Ports;
  logger: Pick<Logger, 'error'>;
  now: number;
}

/** What is kept in mind between the request and its answer. */
export type Recorder = (change: Change) => Promise<void>;

/**
 * To be called before the handler, since afterwards a thing may be gone; what it gives is called with the answer. A
 * change that cannot be written down is not undone: it goes to the log of the program in full.
 */
export async function beginAudit(
  id: RouteId,
  params: Change['params'],
  { caller, ports, logger, now }: Context,
): Promise<Recorder | null> {
  const describe = changeOf(id);
  if (describe === null) return null;
  const account = (await describe.before?.(params, ports)) ?? null;
  return async (change) => {
    const note = describe.after(change, account);
    if (note === null) return;
    const { actorName, ...what } = note;
    const { via, address, principal } = caller;
    const actor = { id: principal?.id ?? '', name: actorName ?? principal?.name ?? '' };
    const entry: Omit<AuditEntry, 'id'> = { at: now, actor, via, address, action: id, ...what };
    await ports.audit.record(entry).catch((error: unknown) => {
      logger.error({ err: error, audit: entry }, 'a change could not be written into the audit log');
    });
  };
}
