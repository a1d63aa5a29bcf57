/**
 * How much of dispatch Redis gets at a time. A call for a hundred events with ten webhooks each keeps Redis for some 10 ms, and sixteen of them
 * in a row keep the lanes waiting for their answers meanwhile: what is dispatched then could have been delivered by then.
 */

/** About so many deliveries in one call, and in all calls on their way: 3 ms and 12 ms of Redis. */
const IN_ONE_CALL = 250;
const ON_THE_WAY = 1000;
/** Fewer events would be mostly overhead. */
const LEAST_EVENTS = 8;
/** How much the newest call says about how many deliveries an event becomes. */
const WEIGHT = 0.3;

/** The calls of one shard. */
export class DispatchPace {
  #perEvent = 1;
  #onTheWay = 0;
  /** First in, first out; no more than the jobs that run. */
  readonly #waiting: (() => void)[] = [];

  /** How many events a call may have. */
  get eventsPerCall(): number {
    return Math.max(LEAST_EVENTS, Math.floor(IN_ONE_CALL / this.#perEvent));
  }

  /** Makes a call with so many events when it is its turn; `call` resolves to the number of deliveries that they became. */
  async run(events: number, call: () => Promise<number>): Promise<void> {
    const share = Math.min(ON_THE_WAY, Math.ceil(events * this.#perEvent));
    while (this.#onTheWay > 0 && this.#onTheWay + share > ON_THE_WAY) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#onTheWay += share;
    try {
      const deliveries = await call();
      this.#perEvent += WEIGHT * (Math.max(1, deliveries / events) - this.#perEvent);
    } finally {
      this.#onTheWay -= share;
      this.#waiting.shift()?.();
    }
  }
}
