/** Ports of 127.0.0.1. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP port of 127.0.0.1 that was free a moment ago. Another program may take it before you do: be ready to ask again. */
export async function freePort(): Promise<number> {
  return listenOnce({ port: 0, host: '127.0.0.1' });
}

/** Whether a program could listen on this port now, on every address and on 127.0.0.1 (another may hold only one of them). */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenOnce({ port });
    await listenOnce({ port, host: '127.0.0.1' });
    return true;
  } catch {
    return false;
  }
}

function listenOnce(where: { port: number; host?: string }): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(where, () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
  return promise;
}
