/** Lets a delivery pass when it is new, or another than it was. */
import type { ApiDelivery } from '@hooklane/client';

/** Remembered deliveries; more than one look can show. */
const MAX_KNOWN = 1000;

/** Deliveries come oldest first. Of the first look only the last `lines` pass. */
export function createChangeFilter(lines: number): (deliveries: readonly ApiDelivery[]) => ApiDelivery[] {
  const known = new Map<string, string>();
  let isFirst = true;
  return (deliveries) => {
    const changed = deliveries.filter((delivery) => known.get(delivery.id) !== stateOf(delivery));
    for (const delivery of deliveries) {
      // Set anew, so that it is the youngest again: the oldest ones are forgotten.
      known.delete(delivery.id);
      known.set(delivery.id, stateOf(delivery));
    }
    for (const id of known.keys()) {
      if (known.size <= MAX_KNOWN) break;
      known.delete(id);
    }
    const passed = isFirst ? changed.slice(changed.length - Math.min(lines, changed.length)) : changed;
    isFirst = false;
    return passed;
  };
}

function stateOf({ status, attemptCount, reason }: ApiDelivery): string {
  return `${status} ${attemptCount} ${reason ?? ''}`;
}
