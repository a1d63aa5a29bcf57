/** Bodies of events that this process has seen a moment ago: each of their deliveries needs the same bytes. */

/** The most bytes that are kept; the body kept for longest goes first. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Kept {
  acceptedAt: number;
  body: Uint8Array;
}

/** Bodies by event. An event is immutable; only after retention may another one have its id, and it has another time. */
export class BodyCache {
  readonly #mostBytes: number;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** The body of the event that was accepted then (ms since the epoch), if it is kept. */
  get(eventId: string, acceptedAt: number): Uint8Array | undefined {
    const kept = this.#kept.get(eventId);
    return kept?.acceptedAt === acceptedAt ? kept.body : undefined;
  }

  /** Keeps a body. The bytes must not change any more, nor be a view of something larger. */
  set(eventId: string, acceptedAt: number, body: Uint8Array): void {
    this.#forget(eventId);
    this.#kept.set(eventId, { acceptedAt, body });
    this.#bytes += body.length;
    while (this.#bytes > this.#mostBytes) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
  }

  #forget(eventId: string): void {
    const kept = this.#kept.get(eventId);
    if (kept === undefined) return;
    this.#kept.delete(eventId);
    this.#bytes -= kept.body.length;
  }
}
