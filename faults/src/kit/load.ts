/** A steady load: events at a fixed rate, each emitted again with the same id until it is accepted. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmittedEvent, Ledger } from './ledger.ts';

/** A way to emit an event; rejects when it was not accepted. */
export type Emitter = (event: EmittedEvent) => Promise<unknown>;

/** What a load needs. */
export interface LoadOptions {
  ledger: Ledger;
  /** Events take turns between them. */
  emitters: readonly Emitter[];
  perSecond: number;
  /** Take turns, two events each. */
  accounts: readonly string[];
}

/** Between two tries to emit the same event, ms. */
const AGAIN_MS = 250;
/** More than this wait for acceptance at no time: then the load holds back, as a pipeline would. */
const MOST_WAITING = 500;
/** After the load has ended, an event that is refused is tried no longer than this, ms. */
const PATIENCE_MS = 20_000;

/** A load that runs. */
export class Load {
  readonly #options: LoadOptions;
  readonly #waiting = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #next = 0;
  #giveUpAt = Number.POSITIVE_INFINITY;
  /** Made anew for each load, so that no two runs share an id. */
  readonly #prefix = `load-${Date.now().toString(36)}`;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Until {@link stop}. May be called again after it. */
  start(): void {
    this.#giveUpAt = Number.POSITIVE_INFINITY;
    const begun = performance.now();
    const from = this.#next;
    this.#timer ??= setInterval(() => {
      const due = from + Math.floor(((performance.now() - begun) / 1000) * this.#options.perSecond);
      // Never more than a few at once, so that a stall of ours makes no flood.
      for (let i = 0; this.#next < due && i < 20; i += 1) this.#emitNext();
    }, 10);
  }

  /** Emits no more, and waits until what was begun is accepted, or for 20 s. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#giveUpAt = performance.now() + PATIENCE_MS;
    await Promise.all(this.#waiting);
  }

  #emitNext(): void {
    const number = this.#next++;
    if (this.#waiting.size >= MOST_WAITING) return;
    const { accounts } = this.#options;
    const event: EmittedEvent = {
      account: accounts[Math.floor(number / 2) % accounts.length] ?? '',
      id: `${this.#prefix}-${number}`,
      type: number % 2 === 0 ? 'build.started' : 'build.finished',
      number,
    };
    const done = this.#emit(event).finally(() => this.#waiting.delete(done));
    this.#waiting.add(done);
  }

  async #emit(event: EmittedEvent): Promise<void> {
    const { ledger, emitters } = this.#options;
    ledger.emitting(event);
    for (let tries = 0; ; tries += 1) {
      // A refused event goes the other way next time.
      const emit = emitters[(Math.floor(event.number / 2) + tries) % emitters.length];
      try {
        await emit?.(event);
        ledger.accept(event);
        return;
      } catch {
        ledger.refused += 1;
        if (performance.now() > this.#giveUpAt) return;
        await sleep(AGAIN_MS);
      }
    }
  }
}
