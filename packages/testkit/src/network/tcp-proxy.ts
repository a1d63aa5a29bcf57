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
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  let holdAt: string | null = null;
  let isSplit = false;
  let target = targetPort;
  const hold = ({ client, upstream }: { client: Socket; upstream: Socket }): void => {
    client.pause();
    upstream.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const pair = { client, upstream };
    pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.once('close', () => {
        pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (holdAt !== null && chunk.includes(holdAt)) upstream.pause();
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
    if (isSplit) hold(pair);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const { client } of pairs) client.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    leadTo(port) {
      target = port;
    },
    holdRepliesTo(text) {
      holdAt = text;
    },
    split() {
      isSplit = true;
      for (const pair of pairs) hold(pair);
    },
    letGo() {
      holdAt = null;
      isSplit = false;
      for (const { client, upstream } of pairs) {
        client.resume();
        upstream.resume();
      }
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
