/** Sends what is in a spool, in order, until it is empty or the time is over. */
import type { ApiError } from '@hooklane/client';
import type { AcceptedEvent } from '@hooklane/core';
import type { Spool } from '@hooklane/producer';
import type { Session } from '../cli.ts';
import { sendEvent } from '../emit/send-event.ts';
import { rest } from '../wait/poll.ts';
import { isPassing, isRefusal } from './answer-kind.ts';
import { isClear } from './open.ts';
import { keepRefused } from './refused-file.ts';

/** How far a flush came. */
export interface Flushed {
  sent: number;
  refused: number;
  /** Nothing waits any more, here or in the hands of another process. */
  isEmpty: boolean;
  /** Why the last event was not taken; null when it was. */
  trouble: ApiError | null;
  /** An event was given to the server, and no answer came before the time was over. */
  isSilent: boolean;
}

/** How to flush. */
export interface FlushOptions {
  /** Ends it. Without an end it may run for ever. */
  signal: AbortSignal;
  /** Whether it tries again when the server is away, until `signal`. */
  isPatient: boolean;
  /** Whether each event has one short try only. */
  isBrief?: boolean;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** Throws what is no passing trouble: a wrong token, a disk that refuses. Whatever happens, nothing is lost. */
export async function flushSpool(session: Session, spool: Spool, options: FlushOptions): Promise<Flushed> {
  const flushed: Flushed = { sent: 0, refused: 0, isEmpty: false, trouble: null, isSilent: false };
  const { signal, isPatient, isBrief = false } = options;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await replay(session, spool, { flushed, signal, isBrief });
      // Others may have spooled meanwhile, or be sending: what they hold becomes ours when they end.
      flushed.isEmpty = await isClear(spool);
      const isOver = flushed.isEmpty || signal.aborted || (flushed.trouble !== null && !isPatient);
      if (isOver) return flushed;
      await rest(flushed.trouble === null ? FIRST_PAUSE_MS : pause, signal);
    }
  } finally {
    session.terminal.progress(null);
  }
}

async function replay(
  session: Session,
  spool: Spool,
  { flushed, signal, isBrief }: { flushed: Flushed; signal: AbortSignal; isBrief: boolean },
): Promise<void> {
  const send = async (events: readonly AcceptedEvent[]): Promise<void> => {
    for (const event of events) await sendOne(session, event, { dir: spool.dir, flushed, signal, isBrief });
    session.terminal.progress(`Sending what is spooled: ${flushed.sent} sent …`);
  };
  try {
    // One by one: what is sent is remembered at once, and a repeat after a crash is one event.
    await spool.replay(send, { signal, maxBatch: { events: 1 } });
  } catch (error) {
    if (isPassing(error)) flushed.trouble = error;
    else if (!signal.aborted || error !== signal.reason) throw error;
  }
}

async function sendOne(
  session: Session,
  event: AcceptedEvent,
  { dir, flushed, signal, isBrief }: { dir: string; flushed: Flushed; signal: AbortSignal; isBrief: boolean },
): Promise<void> {
  const { id, account, type, body } = event;
  const occurredAt = new Date(event.occurredAt).toISOString();
  flushed.isSilent ||= flushed.sent + flushed.refused === 0;
  try {
    await sendEvent(session, { id, account, type, body, occurredAt }, { signal, isBrief });
    flushed.sent += 1;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await keepRefused(dir, event, error);
    flushed.refused += 1;
    session.terminal.note(`refused ${id} (${type} of ${account}): ${error.code}: ${error.message}`);
  }
  flushed.trouble = null;
  flushed.isSilent = false;
}
