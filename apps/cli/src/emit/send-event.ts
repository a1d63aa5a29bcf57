/** Sends an event whose body leaves as the text that it is. */
import type { EventType } from '@hooklane/core';
import type { Session } from '../cli.ts';

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

/** Resolves to its id. Throws `ApiError`, or the reason of `signal`. With an id it is sent again after a short trouble. */
export async function sendEvent(
  { clientWith }: Pick<Session, 'clientWith'>,
  event: OutgoingEvent,
  signal?: AbortSignal,
): Promise<string> {
  const { body: text, ...rest } = event;
  const request = `${JSON.stringify(rest).slice(0, -1)},"body":${text}}`;
  // The client would write the body anew, with other digits, escapes and order of keys.
  const client = clientWith((url, init) => fetch(url, { ...init, body: request }));
  const { id } = await client.emitEvent(
    { body: { ...rest, body: {} } },
    signal === undefined ? {} : { signal },
  );
  return id;
}
