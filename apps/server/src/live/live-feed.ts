/** Tells everybody who watches what changes: one reader of the store's changes for all of them. */
import { nameKey } from '@hooklane/core';
import type { Delivery } from '@hooklane/core';
import type { ChangeBatch, DeliveryFilter, Ports } from '../ports.ts';
import { viewDeliveries } from '../views/delivery-view.ts';
import { isAbout, isInState } from './matches.ts';

/** Who watches. */
export interface Watcher {
  filter: DeliveryFilter;
  /** The accounts that it may see; null: all. */
  accounts: readonly string[] | null;
  /** A delivery that matches, as it is now. */
  onDelivery(text: string): void;
  /** One that may have matched before, and does not now. */
  onLeft(id: string): void;
  /** Something was missed: look again. */
  onGap(position: string): void;
  /** All up to here is told. */
  onPosition(position: string): void;
  /** The server closes. */
  onClose(): void;
}

/** Changes are told together, at most this often, ms. */
const FLUSH_MS = 250;

/** More deliveries than these in one flush are not read one by one: everybody looks again instead. */
const MOST_PER_FLUSH = 250;

/** Nor are those that are longer than this together, for one watcher; well below what it may leave unread. */
const MOST_CHARS_PER_FLUSH = 256 * 1024;

type Needs = Pick<Ports, 'changes' | 'deliveries' | 'webhooks'>;

/** One for each server. It reads only while somebody watches. */
export class LiveFeed {
  readonly #ports: Needs;
  readonly #watchers = new Set<Watcher>();
  #reading: AbortController | null = null;
  #position: string | null = null;
  #changed = new Set<string>();
  #missed = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(ports: Needs) {
    this.#ports = ports;
  }

  /** How many watch. */
  get size(): number {
    return this.#watchers.size;
  }

  /** Begins to tell; ends with the function that is returned. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#reading === null) this.#begin();
    else if (this.#position !== null) watcher.onPosition(this.#position);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#end();
    };
  }

  /** Tells one watcher what it missed since a position of its own. */
  async catchUp(watcher: Watcher, position: string): Promise<void> {
    const batch = await this.#ports.changes.since(position);
    if (batch === null || batch.deliveryIds.length > MOST_PER_FLUSH)
      return watcher.onGap(this.#position ?? position);
    await this.#tell([watcher], batch.deliveryIds, batch.position);
  }

  /** Ends for everybody. */
  close(): void {
    for (const watcher of this.#watchers) watcher.onClose();
    this.#watchers.clear();
    this.#end();
  }

  #begin(): void {
    const reading = new AbortController();
    this.#reading = reading;
    void this.#read(reading.signal);
  }

  #end(): void {
    this.#reading?.abort();
    this.#reading = null;
    this.#position = null;
    this.#changed.clear();
    this.#missed = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const batch of this.#ports.changes.follow(signal)) {
      if (signal.aborted) return;
      this.#note(batch);
    }
  }

  #note({ position, deliveryIds, missed }: ChangeBatch): void {
    const isFirst = this.#position === null;
    this.#position = position;
    if (isFirst) for (const watcher of this.#watchers) watcher.onPosition(position);
    for (const id of deliveryIds) {
      // The latest change of a delivery counts, at its place in the order.
      this.#changed.delete(id);
      this.#changed.add(id);
    }
    this.#missed ||= missed || this.#changed.size > MOST_PER_FLUSH;
    if (this.#missed) this.#changed.clear();
    if (this.#missed || this.#changed.size > 0)
      this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  async #flush(): Promise<void> {
    const [ids, missed, position] = [[...this.#changed], this.#missed, this.#position ?? ''];
    this.#changed.clear();
    this.#missed = false;
    const watchers = [...this.#watchers];
    if (missed) for (const watcher of watchers) watcher.onGap(position);
    else await this.#tell(watchers, ids, position);
    this.#timer = null;
    if (this.#missed || this.#changed.size > 0) this.#timer = setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  async #tell(watchers: readonly Watcher[], ids: readonly string[], position: string): Promise<void> {
    try {
      const deliveries = await this.#ports.deliveries.findMany(ids);
      const wanted = deliveries.filter((delivery) => watchers.some((watcher) => concerns(watcher, delivery)));
      const views = await viewDeliveries(this.#ports, wanted);
      const news = wanted.map((delivery, i) => ({ delivery, text: JSON.stringify(views[i]) }));
      for (const watcher of watchers) tellOne(watcher, news, position);
    } catch {
      // Redis is away. What changed meanwhile is not known here.
      for (const watcher of watchers) watcher.onGap(position);
    }
  }
}

function concerns({ accounts, filter }: Watcher, delivery: Delivery): boolean {
  return isVisible(accounts, delivery) && isAbout(filter, delivery);
}

function isVisible(accounts: readonly string[] | null, { account }: Delivery): boolean {
  return accounts === null || accounts.some((one) => nameKey(one) === nameKey(account));
}

/** A delivery as it is now, and as it is told. */
interface News {
  delivery: Delivery;
  text: string;
}

/** More than a reader may leave unread would cost it its stream, so it looks again instead. */
function tellOne(watcher: Watcher, news: readonly News[], position: string): void {
  const mine = news.filter(({ delivery }) => concerns(watcher, delivery));
  if (mine.reduce((sum, { text }) => sum + text.length, 0) > MOST_CHARS_PER_FLUSH) {
    watcher.onGap(position);
    return;
  }
  for (const { delivery, text } of mine) {
    if (isInState(watcher.filter, delivery)) watcher.onDelivery(text);
    else watcher.onLeft(delivery.id);
  }
  watcher.onPosition(position);
}
