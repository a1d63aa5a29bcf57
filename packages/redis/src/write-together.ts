/** Commands that are given together leave in one write: each write costs a call of the system on both sides. */
import type { Redis } from 'ioredis';

/**
 * Lets them do so, scripts as well: what is given until `process.nextTick` runs. Unlike with pipelines of ioredis, what comes after that waits
 * for no answer. For the nodes of a Cluster ioredis makes the clients itself: there each command is a write.
 */
export function writeTogether(client: Redis): void {
  const send = client.sendCommand.bind(client);
  let isHeld = false;
  client.sendCommand = (...args) => {
    const { stream } = client;
    // Before the first connection there is none.
    if (!isHeld && (stream as Redis['stream'] | undefined)?.writable) {
      isHeld = true;
      stream.cork();
      process.nextTick(() => {
        isHeld = false;
        stream.uncork();
      });
    }
    return send(...args);
  };
}
