/**
 * Knows which connection a request went out on, whether it had been used before, and how old it is.
 *
 * undici does not tell its handlers which socket they got, but it says so on the documented channel
 * `undici:client:sendHeaders`, in the same synchronous step as `onRequestStart` of the request (both in the
 * function that writes it). So: `onRequestStart` announces the request, the next message on the channel names
 * its socket. Counting requests per socket there is exact; guessing from connect events is not, because one
 * pool may write to an old and a new socket in the same turn. If undici ever changes this order, nothing is
 * known to be reused, no second try is made, and the test of the stale connection fails.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { SocketBound } from './socket-bound.ts';

const CHANNEL = 'undici:client:sendHeaders';

/** What is known of the connection that a request went out on. */
export interface Connection {
  readonly socket: Socket;
  /** When it was first used, of `performance.now()`. */
  readonly since: number;
  readonly remoteAddress: string | undefined;
  /** How many requests were written to it, this one included. */
  requests: number;
}

/** Who wants to know its connection. */
export interface ConnectionUser {
  onConnection(connection: Connection): void;
}

/** One per transport. Must be closed: the channel is global to the process. */
export class ConnectionWatch {
  readonly #connections = new WeakMap<Socket, Connection>();
  readonly #maxAgeMs: number;
  readonly #sockets: SocketBound;
  #expecting: ConnectionUser | null = null;
  readonly #onMessage = (message: unknown) => this.#onSendHeaders(message as { socket: Socket });

  /** `maxAgeMs`: the age at which a connection is not kept after a request. `sockets`: told which are in use. */
  constructor(maxAgeMs: number, sockets: SocketBound) {
    this.#maxAgeMs = maxAgeMs;
    this.#sockets = sockets;
    subscribe(CHANNEL, this.#onMessage);
  }

  /** Call from `onRequestStart`: the next message on the channel is about this one. */
  expect(user: ConnectionUser): void {
    this.#expecting = user;
  }

  /**
   * Call when an answer has ended; `now` of `performance.now()`. Ends a connection that is too old to be kept, so
   * that a change of DNS is seen. undici's own `clientTtl` does the same, but it asks each connection of a pool
   * for its age at each request, which takes a fifth of the whole POST at 32 connections.
   */
  release({ socket, since }: Connection, now: number): void {
    // After this turn the socket is idle, and undici gives it no request before the next round of the event loop.
    this.#sockets.release(socket);
    if (now - since > this.#maxAgeMs) process.nextTick(() => socket.destroy());
  }

  close(): void {
    unsubscribe(CHANNEL, this.#onMessage);
  }

  #onSendHeaders({ socket }: { socket: Socket }): void {
    const user = this.#expecting;
    if (user === null) return;
    this.#expecting = null;
    this.#sockets.use(socket);
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { socket, since: performance.now(), remoteAddress: socket.remoteAddress, requests: 0 };
      this.#connections.set(socket, connection);
    }
    connection.requests += 1;
    user.onConnection(connection);
  }
}
