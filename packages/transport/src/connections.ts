/** All connections of a transport, by origin. */
import type { buildConnector, Client } from 'undici';
import type { Outgoing } from './connection.ts';
import { OriginPool, type PoolShared } from './origin-pool.ts';
import { LoopLoad } from './loop-load.ts';
import type { SocketBound } from './socket-bound.ts';

/** What connections are made with. */
export interface ConnectionsOptions {
  clientOptions: Client.Options;
  connector: buildConnector.connector;
  sockets: SocketBound;
  maxAgeMs: number;
}

/** Pools come with the first request to an origin and go with its last connection. */
export class Connections {
  readonly #pools = new Map<string, OriginPool>();
  readonly #shared: PoolShared;

  constructor({ clientOptions, connector, sockets, maxAgeMs }: ConnectionsOptions) {
    this.#shared = {
      clientOptions,
      connector,
      maxAgeMs,
      load: new LoopLoad(),
      onUse: (socket) => sockets.use(socket),
      onRelease: (socket) => sockets.release(socket),
      onEmpty: (pool) => {
        if (this.#pools.get(pool.origin) === pool) this.#pools.delete(pool.origin);
      },
    };
  }

  /** Sends an exchange to its origin. `fresh`: on a connection of its own. */
  dispatch(exchange: Outgoing, fresh: boolean): void {
    const { origin } = exchange;
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new OriginPool(origin, this.#shared);
      this.#pools.set(origin, pool);
    }
    if (fresh) pool.dispatchFresh(exchange);
    else pool.dispatch(exchange);
  }

  /** Ends all connections. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}
