/** The live stream of deliveries: server-sent events, for as long as the tab is in sight. */
import { ROUTES } from '@hooklane/client';
import type { ApiDelivery } from '@hooklane/client';
import type { DeliveryFilter } from './deliveries.ts';
import { takeStreamSlot } from './stream-slots.ts';

/**
 * `live`: what changes is told as it changes. `connecting`: not yet. `reconnecting`: it broke, and the browser opens it
 * again. `polling`: there is no stream to be had now, so one has to look every few seconds.
 */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'polling';

/** What a listener is told. */
export interface StreamListener {
  /** A delivery was made, tried, or changed by a person. */
  onDelivery: (delivery: ApiDelivery) => void;
  /** Some may have been missed: look at the newest again. Comes every few seconds while it is not live. */
  onLook: () => void;
  onState: (state: StreamState) => void;
}

const PATH = ROUTES.streamDeliveries.path;
/** After the server refused the stream, for instance because too many are open, ms. */
const REOPEN_MS = 15_000;
/** Without a stream one looks this often, ms. */
const POLL_MS = 2000;
/** Other tabs may have all the streams; after so long it is said, ms. */
const PATIENCE_MS = 1000;

/** Follows it while the tab is in sight: a tab that nobody sees needs none, and asks for nothing. Returns how to end it. */
export function followDeliveries(filter: DeliveryFilter, listener: StreamListener): () => void {
  let disconnect: (() => void) | null = null;
  const follow = (): void => {
    if (document.visibilityState === 'visible') {
      disconnect ??= connect(filter, listener);
    } else {
      disconnect?.();
      disconnect = null;
    }
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    disconnect?.();
  };
}

function connect(filter: DeliveryFilter, { onDelivery, onLook, onState }: StreamListener): () => void {
  const ending = new AbortController();
  let state: StreamState = 'connecting';
  let source: EventSource | null = null;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const tell = (next: StreamState): void => onState((state = next));
  const open = (): void => {
    source = new EventSource(`${PATH}?${queryOf(filter)}`);
    const opened = source;
    // Not before the server has said where it begins: what happens until then is not told.
    opened.addEventListener('position', () => {
      if (state === 'live') return;
      tell('live');
      onLook();
    });
    opened.addEventListener('delivery', (event) => onDelivery(JSON.parse(event.data) as ApiDelivery));
    opened.addEventListener('gap', onLook);
    opened.addEventListener('error', () => {
      // A broken connection is opened again by the browser; a refused one is not.
      const isRefused = opened.readyState === EventSource.CLOSED;
      tell(isRefused ? 'polling' : 'reconnecting');
      if (isRefused) reopening = setTimeout(open, REOPEN_MS);
    });
  };
  tell('connecting');
  takeStreamSlot(ending.signal, open);
  const patience = setTimeout(() => source === null && tell('polling'), PATIENCE_MS);
  const polling = setInterval(() => state !== 'live' && onLook(), POLL_MS);
  return () => {
    ending.abort();
    clearTimeout(patience);
    clearTimeout(reopening);
    clearInterval(polling);
    source?.close();
  };
}

function queryOf(filter: DeliveryFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}
