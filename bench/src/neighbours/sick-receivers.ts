/** Receivers that do no good: one accepts and never answers, at the other nobody listens. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { freePort } from '@hooklane/local';

/** Both. */
export interface SickReceivers extends AsyncDisposable {
  hangingOrigin: string;
  refusingOrigin: string;
}

/** Starts them on ports of 127.0.0.1. */
export async function startSickReceivers(): Promise<SickReceivers> {
  const held = new Set<Socket>();
  const hanging = createServer((socket) => {
    held.add(socket);
    socket.on('error', () => undefined).on('close', () => held.delete(socket));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  return {
    hangingOrigin: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`,
    refusingOrigin: `http://127.0.0.1:${await freePort()}`,
    async [Symbol.asyncDispose]() {
      for (const socket of held) socket.destroy();
      await new Promise((resolve) => hanging.close(resolve));
    },
  };
}
