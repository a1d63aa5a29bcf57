/**
 * The connections to one origin. A request gets the warm connection that was used last; else one more is opened. Only when
 * there are many already does a request wait a moment for one of them (see {@link PATIENCE_MS}), so that a burst for a
 * quick receiver does not open as many connections as it has requests. No request waits for long for one that hangs. While this
 * process itself is what is slow, a request waits that moment also when {@link BUSY_CONNECTIONS} are in use, though others are idle:
 * more under way would only be more that is cold when its turn comes.
 *
 * undici's own pool looks through all its connections at each request, opens one for each request of a burst, and cannot
 * tell that a connection is about to be free. Everything on the connection itself is undici's client.
 */
import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';
import { type Client as UndiciClient, Client, type buildConnector } from 'undici';
import { type Connection, IdleStack, type Lender, type Outgoing } from './connection.ts';
import type { LoopLoad } from './loop-load.ts';

/** Up to so many connections to an origin are opened without a thought: the tries that a webhook may have in flight. */
const FREELY_OPENED = 32;

/** How long a request waits for a warm connection when there are more than {@link FREELY_OPENED}, ms. */
const PATIENCE_MS = 10;

/**
 * In one moment no more are opened than this share of those that there are, and {@link OPENED_AT_ONCE}: a burst is mostly over before more
 * connections could help, and each costs both sides as much as five requests.
 */
const GROWTH = 1 / 4;
const OPENED_AT_ONCE = 64;

/**
 * Above so many connections in use a request waits while the process is busy. A connection that goes from one request to the next
 * without a pause is also spared undici's care of idle ones: a timer, and a round of the loop in which its socket is looked at once more.
 * Measured, with the gate of the worker: 63.0 → 56.0 µs of processor time per delivery.
 */
const BUSY_CONNECTIONS = 112;

/**
 * Only a connection that has stayed open for so many requests goes on without a pause. A receiver that closes after each answer and does not
 * say so would get requests that it reads and does not answer, and then once more on another connection.
 */
const PROVEN_REQUESTS = 8;

/**
 * While the process is busy no more are opened for those who wait, unless the answers of the origin are so few that they
 * would wait for longer than this, ms.
 */
const LONG_WAIT_MS = 250;

/** What all pools share. */
export interface PoolShared {
  clientOptions: UndiciClient.Options;
  connector: buildConnector.connector;
  /** The age at which a connection is no longer kept, ms. */
  maxAgeMs: number;
  /** A request is written to this socket; its answer has ended. */
  onUse: (socket: Socket) => void;
  onRelease: (socket: Socket) => void;
  /** The pool has no connection and nothing waits. */
  onEmpty: (pool: OriginPool) => void;
  /** Of the process. */
  load: LoopLoad;
}

/** See above. */
export class OriginPool implements Lender {
  readonly origin: string;
  readonly #shared: PoolShared;
  readonly #all = new Set<Connection>();
  readonly #idle = new IdleStack();
  /** First in, first out; what was ended meanwhile is passed over. */
  #waiting: { exchange: Outgoing; since: number }[] = [];
  #waitingFrom = 0;
  /** Connections that will be free before the loop turns round. */
  #ending = 0;
  #timer: NodeJS.Timeout | null = null;
  #answers = 0;

  constructor(origin: string, shared: PoolShared) {
    this.origin = origin;
    this.#shared = shared;
  }

  /** Sends it on a connection of this pool, now or in a moment. */
  dispatch(exchange: Outgoing): void {
    const free = this.#isCrowded() ? undefined : this.#popIdle();
    if (free !== undefined) return this.#send(free, exchange);
    if (this.#ending <= this.#queued() && this.#all.size < FREELY_OPENED) return this.#open(exchange);
    this.#waiting.push({ exchange, since: performance.now() });
    this.#watchWaiting();
  }

  /** Sends it on a connection that nobody used and nobody will use again. */
  dispatchFresh(exchange: Outgoing): void {
    const connection = this.#connect({ pipelining: 0 });
    this.#send(connection, exchange);
    // A client that is closed ends with its last request.
    void connection.client.close().catch(ignore);
  }

  /** Tells that the answer on a connection has ended; `now` of `performance.now()`. */
  release(connection: Connection, now: number): void {
    this.#answers += 1;
    const { socket } = connection;
    if (socket === null || connection.isGone) return;
    this.#shared.onRelease(socket);
    // A change of DNS is seen. undici gives the socket no request before the next round of the loop.
    if (now - connection.since > this.#shared.maxAgeMs) {
      process.nextTick(() => socket.destroy());
      return;
    }
    const next = this.#mayGoOn(connection) ? this.#nextWaiting() : undefined;
    // undici writes it in the next round of the loop; when the receiver closes first, it connects again.
    if (next !== undefined) return this.#send(connection, next);
    connection.isEnding = true;
    this.#ending += 1;
  }

  /** A request is being written to a connection. */
  use(connection: Connection): void {
    connection.pending = null;
    connection.requests += 1;
    if (connection.socket !== null) this.#shared.onUse(connection.socket);
  }

  /** Ends all connections and forgets what waits. */
  async destroy(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#waiting = [];
    this.#waitingFrom = 0;
    await Promise.all([...this.#all].map(({ client }) => client.destroy().catch(ignore)));
  }

  /** A socket that was destroyed a moment ago has not told its client yet. */
  #popIdle(): Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection?.socket?.destroyed !== true) return connection;
    }
  }

  #mayGoOn({ requests, client, socket }: Connection): boolean {
    return requests >= PROVEN_REQUESTS && !client.closed && socket?.destroyed === false;
  }

  #isCrowded(): boolean {
    return this.#all.size - this.#idle.size >= BUSY_CONNECTIONS && this.#shared.load.isBusy;
  }

  #queued(): number {
    return this.#waiting.length - this.#waitingFrom;
  }

  #open(exchange: Outgoing): void {
    this.#send(this.#connect({}), exchange);
  }

  #send(connection: Connection, exchange: Outgoing): void {
    connection.pending = exchange;
    exchange.onDispatch(this, connection);
    connection.client.dispatch(exchange.options, exchange);
  }

  #connect(options: UndiciClient.Options): Connection {
    const { clientOptions, connector } = this.#shared;
    const connect: buildConnector.connector = (target, callback) => {
      connector(target, (...outcome) => {
        const [error, socket] = outcome;
        if (error === null) {
          connection.socket = socket;
          connection.since = performance.now();
          connection.remoteAddress = socket.remoteAddress;
        }
        callback(...outcome);
      });
    };
    const connection: Connection = {
      client: new Client(this.origin, { ...clientOptions, ...options, connect }),
      socket: null,
      since: 0,
      remoteAddress: undefined,
      requests: 0,
      pending: null,
      isEnding: false,
      idleAt: -1,
      isGone: false,
    };
    this.#all.add(connection);
    connection.client
      .on('drain', () => this.#onFree(connection))
      .on('disconnect', () => this.#onDisconnect(connection))
      .on('connectionError', () => this.#drop(connection));
    return connection;
  }

  #onFree(connection: Connection): void {
    if (connection.isGone || connection.client.closed) return;
    this.#endsNoMore(connection);
    // Its request was taken back before it was sent, or its socket is about to close.
    if (connection.socket === null || connection.socket.destroyed) return this.#drop(connection);
    const next = this.#nextWaiting();
    if (next !== undefined) this.#send(connection, next);
    else if (connection.idleAt === -1) this.#idle.push(connection);
  }

  /** A request that was not written yet is no reason to fail: undici connects again for it. */
  #onDisconnect(connection: Connection): void {
    if (connection.pending === null || connection.pending.isSettled) return this.#drop(connection);
    this.#endsNoMore(connection);
    connection.socket = null;
    connection.requests = 0;
  }

  #drop(connection: Connection): void {
    if (connection.isGone) return;
    connection.isGone = true;
    this.#endsNoMore(connection);
    this.#idle.remove(connection);
    this.#all.delete(connection);
    // Not at once: undici is still in the middle of it.
    queueMicrotask(() => void connection.client.destroy().catch(ignore));
    if (this.#queued() > 0) this.#replace();
    else if (this.#all.size === 0) this.#shared.onEmpty(this);
  }

  /** Those who counted on a connection that is gone get another. */
  #replace(): void {
    if (this.#all.size >= FREELY_OPENED || this.#ending >= this.#queued()) return;
    const next = this.#nextWaiting();
    if (next !== undefined) this.#open(next);
  }

  #endsNoMore(connection: Connection): void {
    if (!connection.isEnding) return;
    connection.isEnding = false;
    this.#ending -= 1;
  }

  #nextWaiting(): Outgoing | undefined {
    while (this.#waitingFrom < this.#waiting.length) {
      const exchange = this.#waiting[this.#waitingFrom++]?.exchange;
      if (this.#waitingFrom > 1024 || this.#waitingFrom === this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#waitingFrom);
        this.#waitingFrom = 0;
      }
      if (exchange?.isSettled === false) return exchange;
    }
    return undefined;
  }

  #watchWaiting(): void {
    if (this.#timer !== null) return;
    this.#answers = 0;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#openForWaiting();
      if (this.#queued() > 0) this.#watchWaiting();
      else if (this.#all.size === 0) this.#shared.onEmpty(this);
    }, PATIENCE_MS);
  }

  #openForWaiting(): void {
    const isQuick = this.#queued() * PATIENCE_MS <= this.#answers * LONG_WAIT_MS;
    const isPatient = isQuick && this.#shared.load.isBusy;
    const patient = performance.now() - PATIENCE_MS;
    let left = isPatient ? 0 : Math.min(OPENED_AT_ONCE, Math.ceil(this.#all.size * GROWTH));
    for (;;) {
      const oldest = this.#waiting[this.#waitingFrom];
      if (oldest === undefined || oldest.since > patient) return;
      const free = this.#popIdle();
      if (free === undefined && left-- <= 0) return;
      const next = this.#nextWaiting();
      if (next === undefined) {
        if (free !== undefined) this.#idle.push(free);
        return;
      }
      if (free === undefined) this.#open(next);
      else this.#send(free, next);
    }
  }
}

function ignore(): void {}
