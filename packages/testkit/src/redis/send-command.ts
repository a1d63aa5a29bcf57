/** One command to a Redis, without a client library: what the launcher of a test needs. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** A loaded machine may need a moment, ms. */
const REPLY_TIMEOUT_MS = 5000;

/** Sends an inline command such as `PING` to 127.0.0.1 and resolves to the first line of the reply. */
export async function sendCommand(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    const signal = AbortSignal.timeout(REPLY_TIMEOUT_MS);
    await once(socket, 'connect', { signal });
    socket.write(`${command}\r\n`);
    const [reply] = (await once(socket, 'data', { signal })) as [Buffer];
    return reply.toString('latin1').split('\r\n', 1)[0] ?? '';
  } finally {
    socket.destroy();
  }
}

/** Removes all keys. */
export async function flushAll(port: number): Promise<void> {
  const reply = await sendCommand(port, 'FLUSHALL');
  if (reply !== '+OK') throw new Error(`Redis refused FLUSHALL: ${reply}`);
}
