/** Asks a Redis whether it is there, with bare sockets: launching needs no client library. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What a Redis said to PING. `refused`: it answered with an error, such as a wrong password. */
export type RedisProbe =
  { state: 'ready' } | { state: 'loading' } | { state: 'refused' | 'unreachable'; reason: string };

const MAX_REPLY_CHARS = 1024;

/** One PING, with AUTH before it when the URL has a password. Never throws, never takes longer than `timeoutMs`. */
export async function probeRedis(url: string, timeoutMs = 2000): Promise<RedisProbe> {
  const target = URL.parse(url);
  if (target === null) return { state: 'unreachable', reason: 'The URL cannot be read.' };
  const { promise, resolve } = Promise.withResolvers<RedisProbe>();
  const socket = openSocket(target);
  let reply = '';
  socket.setEncoding('latin1');
  socket.setTimeout(timeoutMs, () =>
    resolve({ state: 'unreachable', reason: `No answer within ${timeoutMs} ms.` }),
  );
  socket.on('error', (error) => resolve({ state: 'unreachable', reason: error.message }));
  socket.on('close', () => resolve({ state: 'unreachable', reason: 'The connection was closed.' }));
  socket.on('data', (text: string) => {
    reply = (reply + text).slice(0, MAX_REPLY_CHARS);
    const probe = readReply(reply);
    if (probe !== null) resolve(probe);
  });
  socket.write(commands(target));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

function openSocket(target: URL): Socket {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const port = Number(target.port === '' ? 6379 : target.port);
  return target.protocol === 'rediss:'
    ? connectTls({ host, port, servername: host })
    : connect({ host, port });
}

function commands(target: URL): string {
  const password = decodeURIComponent(target.password);
  const user = decodeURIComponent(target.username);
  const auth = password === '' ? [] : [['AUTH', ...(user === '' ? [] : [user]), password]];
  return [...auth, ['PING']].map(encode).join('');
}

function encode(command: readonly string[]): string {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return `*${command.length}\r\n${parts.join('')}`;
}

/** null while the answer to PING is not there yet. `+OK` is the answer to AUTH. */
function readReply(reply: string): RedisProbe | null {
  const lines = reply.split('\r\n').slice(0, -1);
  const answer = lines.find((line) => line !== '+OK');
  if (answer === undefined) return null;
  if (answer === '+PONG') return { state: 'ready' };
  if (answer.startsWith('-LOADING')) return { state: 'loading' };
  return { state: 'refused', reason: answer.replace(/^-/, '') };
}
