/** POST /v1/events */
import { sliceMember } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import { demandFreeId } from './demand-free-id.ts';

/** Receivers get the text of `body` as it stands in the request, so it is cut out and not written again. */
export const emitEvent: Handler<'emitEvent'> = async (request, { ports, metrics }) => {
  const { body: event, rawBody, traceparent } = request;
  await demandFreeId(event, ports);
  const text = sliceMember(rawBody, 'body') ?? JSON.stringify(event.body);
  const { id } = await ports.events.emit({
    ...event,
    rawBody: text,
    ...(traceparent ? { traceparent } : {}),
  });
  metrics.eventAccepted(event.type);
  return { status: 202, body: { id } };
};
