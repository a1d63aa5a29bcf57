/** One connection to a receiver: a client of undici, and what is known of its socket. */
import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';

/** A request for an origin, as its connections see it. */
export interface Outgoing extends Dispatcher.DispatchHandler {
  readonly origin: string;
  /** What undici is given. */
  readonly options: Dispatcher.DispatchOptions;
  /** There is a result already: it need not be sent any more. */
  readonly isSettled: boolean;
  /** It was given to this connection. */
  onDispatch(lender: Lender, connection: Connection): void;
}

/** Who lends connections, and wants to know what becomes of them. */
export interface Lender {
  /** The request is being written. */
  use(connection: Connection): void;
  /** The answer has ended; `now` of `performance.now()`. */
  release(connection: Connection, now: number): void;
}

/** A client that keeps to one socket: when that is closed, the connection is thrown away. */
export interface Connection {
  readonly client: Client;
  /** null: not connected yet. */
  socket: Socket | null;
  /** When it was connected, of `performance.now()`. */
  since: number;
  remoteAddress: string | undefined;
  /** How many requests were written to it. */
  requests: number;
  /** Given to it and not written yet. */
  pending: Outgoing | null;
  /** The answer of its last request has ended: undici has it ready for the next one before the loop turns round. */
  isEnding: boolean;
  /** Its place among the idle ones; -1: it is not idle. */
  idleAt: number;
  isGone: boolean;
}

/** Idle connections. The one that was used last is used next, so that those which are too many stay idle and close. */
export class IdleStack {
  readonly #members: Connection[] = [];

  /** How many. */
  get size(): number {
    return this.#members.length;
  }

  push(connection: Connection): void {
    connection.idleAt = this.#members.length;
    this.#members.push(connection);
  }

  pop(): Connection | undefined {
    const connection = this.#members.pop();
    if (connection !== undefined) connection.idleAt = -1;
    return connection;
  }

  /** The last one takes its place: the order is a preference only. */
  remove(connection: Connection): void {
    const at = connection.idleAt;
    if (at === -1) return;
    const last = this.#members.pop();
    if (last !== undefined && last !== connection) {
      this.#members[at] = last;
      last.idleAt = at;
    }
    connection.idleAt = -1;
  }
}
