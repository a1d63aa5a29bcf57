/** A healthy receiver that notes when each event came first, and one that accepts and never answers. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, type Socket, createServer as createTcpServer } from 'node:net';

/** Both receivers. */
export interface Receivers extends AsyncDisposable {
  healthyUrl: string;
  hangingUrl: string;
  /** Event id → when it came first, by `performance.now()`. */
  arrivals: Map<string, number>;
}

/** Starts them on free ports of 127.0.0.1. */
export async function startReceivers(): Promise<Receivers> {
  const arrivals = new Map<string, number>();
  const healthy = createServer((request, response) => {
    const id = request.headers['webhook-id'];
    if (typeof id === 'string' && !arrivals.has(id)) arrivals.set(id, performance.now());
    request.resume().on('end', () => response.end('ok'));
  }).listen(0, '127.0.0.1');
  const held = new Set<Socket>();
  const hanging = createTcpServer((socket) => {
    held.add(socket);
    socket.on('error', () => undefined).on('close', () => held.delete(socket));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await Promise.all([once(healthy, 'listening'), once(hanging, 'listening')]);
  const urlOf = (server: { address(): unknown }): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    healthyUrl: urlOf(healthy),
    hangingUrl: urlOf(hanging),
    arrivals,
    async [Symbol.asyncDispose]() {
      healthy.closeAllConnections();
      for (const socket of held) socket.destroy();
      await Promise.all([healthy, hanging].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
