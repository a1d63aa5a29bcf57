/** A receiver below HTTP: each connection is a socket, and a test says what happens on it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What to listen on and what to do. */
export interface RawReceiverOptions {
  /** Called for each connection. Errors of the socket are swallowed. */
  onSocket: (socket: Socket) => void;
  /** Default 127.0.0.1. */
  host?: string;
}

/** A running one. */
export interface RawReceiver {
  readonly port: number;
  /** Connections so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startRawReceiver(options: RawReceiverOptions): Promise<RawReceiver> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    options.onSocket(socket);
  });
  server.listen(0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
