/** Sends an event whose body leaves as the text that it is. */
import { ApiError } from '@hooklane/client';
import type { EventType } from '@hooklane/core';
import type { ClientChanges, Session } from '../cli.ts';

/** An event on its way to `POST /v1/events`. */
export interface OutgoingEvent {
  account: string;
  type: EventType;
  /** JSON. */
  body: string;
  id?: string | undefined;
  /** RFC 3339. */
  occurredAt?: string | undefined;
}

/** How an event is sent. */
export interface SendOptions {
  signal?: AbortSignal;
  /** One try with a short time for the answer: there is a spool, and nobody shall wait. */
  isBrief?: boolean;
}

/** So long a brief try waits for the answer unless `--timeout` says otherwise, ms. Without Redis a server answers within 1 s. */
const BRIEF_MS = 2000;

/** Resolves to its id. Throws `ApiError`, or the reason of `signal`. With an id it is sent again after a short trouble. */
export async function sendEvent(
  session: Pick<Session, 'clientWith' | 'givenTimeoutMs'>,
  event: OutgoingEvent,
  { signal, isBrief = false }: SendOptions = {},
): Promise<string> {
  if (!isBrief) return send(session, event, { signal });
  const timeoutMs = session.givenTimeoutMs ?? BRIEF_MS;
  try {
    return await send(session, event, { signal, changes: { retries: 0, timeoutMs } });
  } catch (error) {
    // It is no reason to spool either: the event waits for its turn.
    if (error instanceof ApiError && error.status === 429) return send(session, event, { signal });
    throw error;
  }
}

async function send(
  { clientWith }: Pick<Session, 'clientWith'>,
  event: OutgoingEvent,
  { signal, changes = {} }: { signal: AbortSignal | undefined; changes?: ClientChanges },
): Promise<string> {
  const { body: text, ...rest } = event;
  const request = `${JSON.stringify(rest).slice(0, -1)},"body":${text}}`;
  // The client would write the body anew, with other digits, escapes and order of keys.
  const client = clientWith({ ...changes, fetch: (url, init) => fetch(url, { ...init, body: request }) });
  const { id } = await client.emitEvent(
    { body: { ...rest, body: {} } },
    signal === undefined ? {} : { signal },
  );
  return id;
}
