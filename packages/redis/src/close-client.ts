/** Ends a client in bounded time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DISCONNECT_MS } from './open-client.ts';
import type { RedisClient } from './redis-client.ts';

/** How long Redis has to say goodbye, ms. */
const QUIT_MS = 500;

/** Ends a client within about 1 s, also when Redis is away. Commands that still wait fail. */
export async function closeClient(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  const ended = new Promise((resolve) => {
    client.once('end', resolve);
  });
  if (client.status === 'ready' && (await within(client.quit(), QUIT_MS))) {
    await within(ended, QUIT_MS);
    return;
  }
  const isBetweenSockets = client.status === 'reconnecting';
  client.disconnect();
  // Without a socket there is nothing that could close: the client would never end, nor what waits for its answers.
  // So it tries once more, and ends whether that works or not. Its timer for the missing socket is waited for.
  if (isBetweenSockets) void client.connect().then(() => client.quit(), ignore);
  await Promise.all([within(ended, QUIT_MS), isBetweenSockets ? sleep(DISCONNECT_MS + 10) : null]);
}

function ignore(): void {}

/** Whether `work` settled within `ms`. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
