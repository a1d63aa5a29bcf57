/** What Hooklane itself says of every delivery, through its API. */
import type { Programs } from '@hooklane/testkit';
import { demand } from './house.ts';

/** A try, as the API tells it. */
export interface KnownAttempt {
  number: number;
  startedAt: string;
  outcome: string;
  fault: 'receiver' | 'network' | 'ours' | null;
  statusCode: number | null;
  error: { code: string } | null;
}

/** A delivery, as the API tells it. */
export interface KnownDelivery {
  id: string;
  eventId: string;
  webhookId: string;
  status: 'pending' | 'retrying' | 'delivered' | 'dead';
  reason: string | null;
  nextAttemptAt: string | null;
  attemptCount: number;
  attempts: KnownAttempt[];
}

const PAGE = 200;
/** A list that does not end would be a bug; this many pages are more than any load here makes. */
const MOST_PAGES = 500;

/** Every delivery of the account, by its id. */
export async function readDeliveries(programs: Programs, filter = ''): Promise<Map<string, KnownDelivery>> {
  const found = new Map<string, KnownDelivery>();
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const body = await demand(programs, 'GET', `/deliveries?limit=${PAGE}${filter}${cursor}`);
    for (const delivery of body['items'] as KnownDelivery[]) found.set(delivery.id, delivery);
    if (body['next'] === null) return found;
    cursor = `&cursor=${encodeURIComponent(body['next'] as string)}`;
  }
  throw new Error(`The list of deliveries has more than ${MOST_PAGES} pages.`);
}
