/** Knows to which origins connections are being made, and for how long. */
import type { buildConnector } from 'undici';

interface Connecting {
  count: number;
  /** When the first of them began, of `performance.now()`. */
  since: number;
}

/** Wraps a connector. Only origins that are being connected to take memory. */
export class ConnectingWatch {
  readonly connector: buildConnector.connector;
  readonly #origins = new Map<string, Connecting>();

  constructor(base: buildConnector.connector) {
    this.connector = (target, callback) => {
      const origin = `${target.protocol}//${target.host ?? target.hostname}`;
      this.#begin(origin);
      base(target, (...outcome) => {
        this.#end(origin);
        callback(...outcome);
      });
    };
  }

  /** For how long there has been a connection in the making, ms; 0 when there is none. */
  connectingMs(origin: string): number {
    const connecting = this.#origins.get(origin);
    return connecting === undefined ? 0 : performance.now() - connecting.since;
  }

  #begin(origin: string): void {
    const connecting = this.#origins.get(origin);
    if (connecting === undefined) this.#origins.set(origin, { count: 1, since: performance.now() });
    else connecting.count += 1;
  }

  #end(origin: string): void {
    const connecting = this.#origins.get(origin);
    if (connecting === undefined) return;
    connecting.count -= 1;
    if (connecting.count === 0) this.#origins.delete(origin);
  }
}
