/** Emits an event, or keeps it in a spool while nobody can take it. */
import type { Spool } from '@hooklane/producer';
import type { Session } from '../cli.ts';
import { isAway } from '../spool/answer-kind.ts';
import { flushSpool } from '../spool/flush.ts';
import { isClear, openFolder } from '../spool/open.ts';
import { REFUSED_FILE } from '../spool/refused-file.ts';
import { sendEvent } from './send-event.ts';
import type { OutgoingEvent } from './send-event.ts';

/** So long an emit tries to send what was spooled before it, ms. */
const FLUSH_FIRST_MS = 5000;

/**
 * Resolves when the server has the event, or the disk; `isBrief`: after one short try. Nothing overtakes what is in the
 * spool. Throws `ApiError` when
 * the server refuses the event, and `spool_full`, `spool_unwritable` or what is wrong with the event when it can
 * neither be sent nor spooled.
 */
export async function emitOrSpool(
  session: Session,
  event: OutgoingEvent,
  options: { dir: string; maxBytes?: number | undefined; isBrief: boolean },
): Promise<{ id: string; isSpooled: boolean }> {
  const { acceptEvent, eventSources } = await import('@hooklane/producer');
  const sources = eventSources({ now: session.now });
  const now = sources.tick().acceptedAt;
  // Made before the first try: an answer may be lost after the server took the event, and the id makes it one event.
  const id = event.id ?? sources.newId(now);
  const named = { ...event, id, occurredAt: event.occurredAt ?? new Date(now).toISOString() };
  const spool = await openFolder(session, options);
  try {
    const { isBrief } = options;
    const isSent = (await isFlushed(session, spool, isBrief)) && (await isTaken(session, named, isBrief));
    if (isSent) return { id, isSpooled: false };
    await spool.append(acceptEvent(named, sources).event);
    return { id, isSpooled: true };
  } finally {
    await spool.close();
  }
}

/** False when nobody can take it now. */
async function isTaken(session: Session, event: OutgoingEvent, isBrief: boolean): Promise<boolean> {
  try {
    await sendEvent(session, event, { isBrief });
    return true;
  } catch (error) {
    if (isAway(error)) return false;
    throw error;
  }
}

/** Whether nothing waits before this event, after an attempt to send it. */
async function isFlushed(session: Session, spool: Spool, isBrief: boolean): Promise<boolean> {
  if (await isClear(spool)) return true;
  const signal = AbortSignal.timeout(FLUSH_FIRST_MS);
  const { isEmpty, refused } = await flushSpool(session, spool, { signal, isPatient: false, isBrief });
  if (refused > 0) session.terminal.note(`What the server refused is in ${spool.dir}/${REFUSED_FILE}.`);
  return isEmpty;
}
