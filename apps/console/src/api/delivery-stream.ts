/** The live stream of deliveries: server-sent events, and polling for as long as they do not come. */
import { ROUTES } from '@hooklane/client';
import type { ApiDelivery } from '@hooklane/client';
import { api } from './client.ts';
import type { DeliveryFilter } from './deliveries.ts';

/** What a listener is told. */
export interface StreamListener {
  /** A delivery was made, tried, or changed by a person. */
  onDelivery: (delivery: ApiDelivery) => void;
  /** Some were missed: what is shown must be fetched again. */
  onGap: () => void;
  /** Whether news come as they happen, or only every few seconds. */
  onOpen: (isOpen: boolean) => void;
}

const PATH = ROUTES.streamDeliveries.path;
/** After the server refused the stream, for instance because too many are open, ms. */
const REOPEN_MS = 15_000;
/** Without a stream the newest are asked for this often, ms. */
const POLL_MS = 2000;
const POLLED_ITEMS = 100;

/** Opens it; it opens itself again when it breaks. Returns how to close it. */
export function openDeliveryStream(filter: DeliveryFilter, listener: StreamListener): () => void {
  let source: EventSource | null = null;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let stopPolling: (() => void) | null = null;
  const tell = (isOpen: boolean): void => {
    if (isOpen) stopPolling?.();
    stopPolling = isOpen ? null : (stopPolling ?? pollDeliveries(filter, listener));
    listener.onOpen(isOpen);
  };
  const open = (): void => {
    source = new EventSource(`${PATH}?${queryOf(filter)}`);
    const opened = source;
    opened.addEventListener('open', () => tell(true));
    opened.addEventListener('delivery', (event) =>
      listener.onDelivery(JSON.parse(event.data) as ApiDelivery),
    );
    opened.addEventListener('gap', listener.onGap);
    opened.addEventListener('error', () => {
      tell(false);
      // A broken connection is opened again by the browser; a refused one is not.
      if (opened.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS);
    });
  };
  open();
  return () => {
    clearTimeout(reopening);
    source?.close();
    stopPolling?.();
  };
}

function queryOf(filter: DeliveryFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

/** Tells of the newest again and again; one look ends before the next begins. Returns how to stop it. */
function pollDeliveries(filter: DeliveryFilter, { onDelivery }: StreamListener): () => void {
  const ending = new AbortController();
  const look = async (): Promise<void> => {
    try {
      const query = { ...filter, limit: POLLED_ITEMS };
      const { items } = await api.listDeliveries({ query }, { signal: ending.signal });
      for (const delivery of items) onDelivery(delivery);
    } catch {
      // The list itself tells what is wrong; the next look may find it mended.
    }
    if (!ending.signal.aborted) timer = setTimeout(() => void look(), POLL_MS);
  };
  let timer = setTimeout(() => void look(), POLL_MS);
  return () => {
    clearTimeout(timer);
    ending.abort();
  };
}
