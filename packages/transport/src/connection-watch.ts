/**
 * Knows which connection a request went out on, and whether it had been used before.
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

const CHANNEL = 'undici:client:sendHeaders';

/** What is known of the connection that a request went out on. */
export interface Connection {
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
  #expecting: ConnectionUser | null = null;
  readonly #onMessage = (message: unknown) => this.#onSendHeaders(message as { socket: Socket });

  constructor() {
    subscribe(CHANNEL, this.#onMessage);
  }

  /** Call from `onRequestStart`: the next message on the channel is about this one. */
  expect(user: ConnectionUser): void {
    this.#expecting = user;
  }

  close(): void {
    unsubscribe(CHANNEL, this.#onMessage);
  }

  #onSendHeaders({ socket }: { socket: Socket }): void {
    const user = this.#expecting;
    if (user === null) return;
    this.#expecting = null;
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { remoteAddress: socket.remoteAddress, requests: 0 };
      this.#connections.set(socket, connection);
    }
    connection.requests += 1;
    user.onConnection(connection);
  }
}
