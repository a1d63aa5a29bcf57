/** How many sockets a transport may have open, over all receivers. */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/** Our own bound on open sockets is reached, and every one of them is in use. Not the receiver's fault. */
class NoSocketError extends Error {
  readonly code = 'HOOKLANE_NO_SOCKET';
}

/**
 * Wraps a connector. A socket counts from the moment its connection begins until it is closed. At the bound the
 * socket that has been idle longest makes room; when all are in use, the request is told so at once instead of
 * waiting: its lane tries again later, and the time of its receiver does not run meanwhile.
 */
export class SocketBound {
  readonly connector: buildConnector.connector;
  readonly #max: number;
  /** The longest idle first. */
  readonly #idle = new Set<Socket>();
  #open = 0;

  /** `max`: 1 or more. */
  constructor(base: buildConnector.connector, max: number) {
    this.#max = max;
    this.connector = (target, callback) => {
      // Not at once: undici is still in the middle of asking.
      if (!this.#hasRoom()) return queueMicrotask(() => callback(new NoSocketError(), null));
      this.#open += 1;
      base(target, (...outcome) => {
        const [error, socket] = outcome;
        if (error === null) this.#watch(socket);
        else this.#open -= 1;
        callback(...outcome);
      });
    };
  }

  /** A request is written to this socket. */
  use(socket: Socket): void {
    this.#idle.delete(socket);
  }

  /** The answer on this socket has ended. */
  release(socket: Socket): void {
    if (!socket.destroyed) this.#idle.add(socket);
  }

  /** Idle until it is used: the request it was made for may be gone. */
  #watch(socket: Socket): void {
    this.#idle.add(socket);
    socket.once('close', () => {
      this.#open -= 1;
      this.#idle.delete(socket);
    });
  }

  /** The descriptor of a destroyed socket is free at once, though its `close` comes a little later. */
  #hasRoom(): boolean {
    if (this.#open < this.#max) return true;
    const [longestIdle] = this.#idle;
    if (longestIdle === undefined) return false;
    this.#idle.delete(longestIdle);
    longestIdle.destroy();
    return true;
  }
}
