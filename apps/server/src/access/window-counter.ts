/** Counting in windows of time, per key, in this process: for limits that need not be exact over all servers. */

/** A count, and when it begins anew. */
export interface WindowCount {
  count: number;
  /** ms from now. */
  resetInMs: number;
}

/** The most keys that are kept; beyond it the one that began first is forgotten. */
const MOST_KEYS = 10_000;

/** Counts per key; a window begins with the first hit. */
export class WindowCounter {
  readonly #windowMs: number;
  readonly #windows = new Map<string, { count: number; endsAt: number }>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** One more. `now`: ms of any steady clock. */
  hit(key: string, now: number): WindowCount {
    const open = this.#windows.get(key);
    if (open !== undefined && open.endsAt > now) {
      open.count += 1;
      return { count: open.count, resetInMs: open.endsAt - now };
    }
    this.#windows.delete(key);
    if (this.#windows.size >= MOST_KEYS) this.#forgetFirst();
    this.#windows.set(key, { count: 1, endsAt: now + this.#windowMs });
    return { count: 1, resetInMs: this.#windowMs };
  }

  /** Without counting. */
  look(key: string, now: number): WindowCount {
    const open = this.#windows.get(key);
    if (open === undefined || open.endsAt <= now) return { count: 0, resetInMs: 0 };
    return { count: open.count, resetInMs: open.endsAt - now };
  }

  #forgetFirst(): void {
    const [first] = this.#windows.keys();
    if (first !== undefined) this.#windows.delete(first);
  }
}
