/** Counts the connections that are being made, per origin. */
import type { buildConnector } from 'undici';

/** Wraps a connector. Only origins that are being connected to take memory. */
export class ConnectingCount {
  readonly connector: buildConnector.connector;
  readonly #counts = new Map<string, number>();

  constructor(base: buildConnector.connector) {
    this.connector = (target, callback) => {
      const origin = `${target.protocol}//${target.host ?? target.hostname}`;
      this.#change(origin, 1);
      base(target, (...outcome) => {
        this.#change(origin, -1);
        callback(...outcome);
      });
    };
  }

  isConnecting(origin: string): boolean {
    return this.#counts.has(origin);
  }

  #change(origin: string, by: 1 | -1): void {
    const count = (this.#counts.get(origin) ?? 0) + by;
    if (count > 0) this.#counts.set(origin, count);
    else this.#counts.delete(origin);
  }
}
