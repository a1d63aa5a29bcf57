/** A caller's own event id must be that of one event only. */
import { HooklaneError, nameKey, showValue, validateEventBody } from '@hooklane/core';
import type { AcceptedEvent } from '@hooklane/core';
import type { ApiRequest } from '../deps.ts';
import type { Ports } from '../ports.ts';

type Identity = Pick<AcceptedEvent, 'account' | 'type' | 'scope'>;

/**
 * Throws `event_id_taken` when the id is that of an event of another account, type or scope: it would be taken for a
 * repeat of that one, and nobody would hear of it. A repeat of the same event passes. Best effort: an event that
 * still waits in the queue is not seen.
 */
export async function demandFreeId(
  { id, account, type, body }: ApiRequest<'emitEvent'>['body'],
  { deliveries }: Pick<Ports, 'deliveries'>,
): Promise<void> {
  if (id === undefined) return;
  const check = validateEventBody(type, body);
  // A body that cannot be sent is refused with its own reason, by the producer.
  if (!check.ok) return;
  const record = await deliveries.getEvent(id, [account]);
  if (record === null || identityOf(record.event) === identityOf({ account, type, scope: check.scope }))
    return;
  const { event } = record;
  throw new HooklaneError('event_id_taken', {
    field: 'id',
    detail:
      `The id ${id} is taken: it is that of a ${event.type} of account ${event.account},` +
      ` ${event.scope.kind} ${showValue(event.scope.name)}. Make ids unique, for example with the account and the` +
      ` ${check.scope.kind} in front.`,
  });
}

function identityOf({ account, type, scope }: Identity): string {
  return JSON.stringify([nameKey(account), type, scope.kind, nameKey(scope.name)]);
}
