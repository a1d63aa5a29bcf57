/** A way to a server that can be held and cut: what a network does, at the moment a test wants it. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A running proxy on 127.0.0.1. */
export interface TcpProxy {
  readonly port: number;
  /** From the moment on when `text` is sent over a connection, nothing that the server answers on it gets through. */
  holdRepliesTo(text: string): void;
  /** From now on nothing gets through, in either direction, until `letGo`: a network that is split. */
  split(): void;
  /** Lets everything through again, what was held first. */
  letGo(): void;
  /** New connections lead to another port: what an address does that follows a failover. */
  leadTo(port: number): void;
  /** Resets all connections; new ones are made as before. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy to a port of 127.0.0.1. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const proxy = new Proxy(targetPort);
  await proxy.listen();
  return proxy;
}

interface Pair {
  client: Socket;
  upstream: Socket;
}

class Proxy implements TcpProxy {
  readonly #server = createServer((client) => this.#lead(client));
  readonly #pairs = new Set<Pair>();
  #holdAt: string | null = null;
  #isSplit = false;
  #target: number;

  constructor(target: number) {
    this.#target = target;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #lead(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    const pair = { client, upstream };
    this.#pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (this.#holdAt !== null && chunk.includes(this.#holdAt)) upstream.pause();
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
    if (this.#isSplit) hold(pair);
  }

  cut(): void {
    for (const { client } of this.#pairs) client.resetAndDestroy();
  }

  leadTo(port: number): void {
    this.#target = port;
  }

  holdRepliesTo(text: string): void {
    this.#holdAt = text;
  }

  split(): void {
    this.#isSplit = true;
    for (const pair of this.#pairs) hold(pair);
  }

  letGo(): void {
    this.#holdAt = null;
    this.#isSplit = false;
    for (const { client, upstream } of this.#pairs) {
      client.resume();
      upstream.resume();
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }
}

function hold({ client, upstream }: Pair): void {
  client.pause();
  upstream.pause();
}
