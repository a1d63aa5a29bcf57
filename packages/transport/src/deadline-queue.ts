/** Many deadlines of the same length, on one timer. */

/** What has a deadline. */
export interface Expiring {
  onDeadline(): void;
}

/**
 * All members get the same time, so the order of joining is the order of expiry and one timer for the first is
 * enough. Joining and leaving together take 0.1 µs, against 0.3 µs for a timer of its own, 6 µs for an
 * `AbortSignal.timeout` with its listener and 23 µs for `AbortSignal.any` (Node 24, 1,000 under way).
 */
export class DeadlineQueue<Member extends Expiring> {
  readonly #durationMs: number;
  readonly #dueTimes = new Map<Member, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** `now`: of `performance.now()`. */
  add(member: Member, now: number): void {
    this.#dueTimes.set(member, now + this.#durationMs);
    if (this.#timer === null) this.#arm(this.#durationMs);
  }

  delete(member: Member): void {
    this.#dueTimes.delete(member);
  }

  /** The members now, the oldest first. */
  members(): Member[] {
    return [...this.#dueTimes.keys()];
  }

  /** Forgets everybody. */
  clear(): void {
    this.#dueTimes.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(delayMs: number): void {
    // Unreferenced: while a request is under way its socket or look-up keeps the process alive; the timer,
    // which outlives it, must not.
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(delayMs)).unref();
  }

  #expire(): void {
    this.#timer = null;
    const now = performance.now();
    for (const [member, due] of this.#dueTimes) {
      if (due > now) return this.#arm(due - now);
      this.#dueTimes.delete(member);
      member.onDeadline();
    }
  }
}
