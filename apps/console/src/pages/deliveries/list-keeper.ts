/** Keeps a list of deliveries true to what is told of it: plain rules, without a browser. */
import type { ApiDelivery } from '@hooklane/client';
import { MAX_FIRST_PAGE, addRows, belongs, updateRows } from './live-list.ts';
import type { DeliveryPages } from './live-list.ts';

/** What is kept, and what it takes. */
export interface KeptList {
  /** null while there is nothing yet, or while more of it is being fetched: then it is not to be written. */
  read: () => DeliveryPages | null;
  write: (pages: DeliveryPages) => void;
  /** The newest page, or the one at a cursor. */
  fetchPage: (cursor: string | undefined) => Promise<DeliveryPages['pages'][number]>;
  matches: (delivery: ApiDelivery) => boolean;
  /** Who has scrolled away reads, and nothing may move under him. */
  isAtTop: () => boolean;
  /** ms; only ever compared. */
  now: () => number;
  onWaiting: (waiting: Waiting) => void;
}

/** How many wait to be shown. */
export interface Waiting {
  count: number;
  /** There are more than could be counted. */
  isMore: boolean;
}

/** More than this are not kept for who has paused or scrolled; then one looks again. */
const MAX_NEWS = 5000;
/** However much is missed, one looks this often at most, ms. */
const LOOK_EVERY_MS = 2000;
/** Fewer rows than these do not fill a screen: a search that found so few has not come far enough to stand for the list. */
const FULL_SCREEN = 30;
/** So many pages below the newest are looked at again for who has scrolled. */
const MOST_PAGES = 5;
/** A row that has come is tinted for so long, ms. */
const FRESH_MS = 3000;
const MOST_FRESH = 2000;

/** Rows change in place, new ones come on top or wait to be shown. What was missed is made up for by one page. */
export class ListKeeper {
  readonly #list: KeptList;
  #news = new Map<string, ApiDelivery>();
  readonly #fresh = new Map<string, number>();
  #waiting: Waiting = { count: 0, isMore: false };
  #isPaused = false;
  /** Something new was told since the last drawing. */
  #isTold = false;
  /** What is missing above the list is more than what waits. */
  #hasHole = false;
  #wantsLook = false;
  /** What was told since the look that goes on began: it is newer than what that finds. null: none goes on. */
  #toldMeanwhile: Set<string> | null = null;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(list: KeptList) {
    this.#list = list;
  }

  /** A delivery is new, or changed. */
  tell(delivery: ApiDelivery): void {
    this.#toldMeanwhile?.add(delivery.id);
    this.#note(delivery);
  }

  #note(delivery: ApiDelivery): void {
    this.#isTold = true;
    if (this.#news.size < MAX_NEWS || this.#news.has(delivery.id)) this.#news.set(delivery.id, delivery);
    else this.#hasHole = true;
  }

  /** Something may have been missed. */
  look(): void {
    this.#wantsLook = true;
  }

  /** While paused the list stands still; what comes is counted. */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#isTold = true;
    this.#wantsLook ||= !isPaused;
  }

  /** Shows what waits, whatever holds it. */
  show(): void {
    this.#draw(true);
  }

  /** Rows that have just come. */
  isFresh(id: string): boolean {
    return this.#list.now() - (this.#fresh.get(id) ?? Number.NEGATIVE_INFINITY) < FRESH_MS;
  }

  /** To be called again and again: much may be told at once, and is drawn together. */
  tick(): void {
    this.#draw(false);
    const isFree = this.#toldMeanwhile === null && this.#list.now() >= this.#notBefore;
    if (this.#wantsLook && isFree) void this.#lookAgain();
  }

  #isHeld(): boolean {
    return this.#isPaused || !this.#list.isAtTop();
  }

  #draw(isForced: boolean): void {
    const before = this.#list.read();
    if (before === null || (this.#news.size === 0 && !this.#hasHole)) return;
    const { pages, unknown } = updateRows(before, this.#news);
    const added = unknown.filter((delivery) => this.#list.matches(delivery) && belongs(before, delivery));
    if (this.#isHeld() && !isForced) this.#hold(pages, added);
    else this.#add(pages, added);
  }

  #hold(pages: DeliveryPages, added: readonly ApiDelivery[]): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    if (!this.#isPaused) {
      this.#list.write(pages);
      this.#news = new Map(added.map((delivery) => [delivery.id, delivery]));
    }
    this.#tellWaiting({ count: added.length, isMore: this.#hasHole });
  }

  #add(pages: DeliveryPages, added: readonly ApiDelivery[]): void {
    this.#news.clear();
    this.#tint(added);
    const after = addRows(pages, added);
    this.#list.write(after);
    this.#tellWaiting({ count: 0, isMore: false });
    const isLong = (after.pages[0]?.items.length ?? 0) > MAX_FIRST_PAGE;
    if (!this.#hasHole && !isLong) return;
    this.#hasHole = false;
    void this.#replaceByNewest();
  }

  #tint(deliveries: readonly ApiDelivery[]): void {
    if (this.#fresh.size > MOST_FRESH) this.#fresh.clear();
    for (const { id } of deliveries) this.#fresh.set(id, this.#list.now());
  }

  #tellWaiting(waiting: Waiting): void {
    const { count, isMore } = this.#waiting;
    if (count === waiting.count && isMore === waiting.isMore) return;
    this.#waiting = waiting;
    this.#list.onWaiting(waiting);
  }

  async #lookAgain(): Promise<void> {
    if (this.#list.read() === null) return;
    this.#wantsLook = false;
    if (this.#isHeld()) await this.#fetching(() => this.#count());
    else await this.#replaceByNewest();
  }

  /** One at a time. What fails is done again later. */
  async #fetching(work: () => Promise<void>): Promise<void> {
    if (this.#toldMeanwhile !== null) {
      this.#wantsLook = true;
      return;
    }
    this.#toldMeanwhile = new Set();
    this.#notBefore = this.#list.now() + LOOK_EVERY_MS;
    try {
      await work();
    } catch {
      this.#wantsLook = true;
    } finally {
      this.#toldMeanwhile = null;
    }
  }

  /** At the top one sees the newest page alone: it takes the place of all, and the rest is fetched when one scrolls. */
  #replaceByNewest(): Promise<void> {
    return this.#fetching(async () => {
      const newest = await this.#list.fetchPage(undefined);
      const before = this.#list.read();
      if (before === null || !this.#list.isAtTop()) {
        this.#wantsLook = true;
        return;
      }
      if (newest.next !== null && newest.items.length < FULL_SCREEN) {
        this.#take(newest.items);
      } else {
        const known = new Set(before.pages.flatMap(({ items }) => items.map(({ id }) => id)));
        this.#tint(newest.items.filter(({ id }) => !known.has(id)));
        this.#list.write({ pages: [newest], pageParams: [undefined] });
      }
      this.#draw(false);
    });
  }

  /** Under one who reads nothing moves: what is new waits, what is shown and may have changed is looked at again. */
  async #count(): Promise<void> {
    const newest = await this.#list.fetchPage(undefined);
    const before = this.#list.read();
    if (before === null) {
      this.#wantsLook = true;
      return;
    }
    this.#hasHole ||= !isJoined(before, newest);
    this.#take(newest.items);
    if (this.#isPaused) return;
    for (const cursor of unfinishedPages(before)) this.#take((await this.#list.fetchPage(cursor)).items);
  }

  #take(deliveries: readonly ApiDelivery[]): void {
    for (const delivery of deliveries)
      if (this.#toldMeanwhile?.has(delivery.id) !== true) this.#note(delivery);
  }
}

/** Whether nothing can lie between the newest page and what was fetched before. */
function isJoined(before: DeliveryPages, { items, next }: DeliveryPages['pages'][number]): boolean {
  if (next === null || items.length < FULL_SCREEN) return true;
  const top = before.pages.find((page) => page.items.length > 0)?.items[0]?.createdAt ?? '';
  return items.some(({ createdAt }) => createdAt <= top);
}

/** Where the pages below the first begin that have a delivery on its way; a few. */
function unfinishedPages({ pages, pageParams }: DeliveryPages): string[] {
  const cursors = pageParams.filter(
    (cursor, index) =>
      typeof cursor === 'string' &&
      pages[index]?.items.some(({ status }) => status === 'pending' || status === 'retrying') === true,
  );
  return (cursors as string[]).slice(0, MOST_PAGES);
}
