/** Commands that are given in the same turn of the event loop leave in one write: each write costs a call of the system on both sides. */
import type { Redis } from 'ioredis';

/**
 * Lets them do so, scripts as well. Unlike with pipelines of ioredis, what the next turn gives waits for no answer. A command that comes
 * alone leaves at the end of its turn.
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
