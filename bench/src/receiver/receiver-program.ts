/** The receiver, a process of its own: answers every request with 200, counts, and tells its parent. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { sharedNow } from '../shared-clock.ts';
import type { Arrival, FromReceiver, ToReceiver } from './receiver-messages.ts';
import { RequestCounter } from './request-counter.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
/** As many as a sender opens in one moment; Linux takes no more than net.core.somaxconn. */
const BACKLOG = 4096;
const EVENT_ID = /\r\nwebhook-id: ([^\r]+)/i;

const row = { expected: Infinity, count: 0, firstAt: 0, timed: false, arrivals: [] as Arrival[] };

let connections = 0;

function serve(socket: Socket): void {
  connections += 1;
  socket.once('close', () => (connections -= 1));
  const counter = new RequestCounter(row.timed ? note : null);
  socket.setNoDelay(true);
  // A sender that was stopped resets its connections; the count says whether anything is missing.
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const complete = counter.push(chunk);
    if (complete === 0) return;
    socket.write(complete === 1 ? ANSWER : ANSWER.repeat(complete));
    count(complete);
  });
}

function note(head: string): void {
  row.arrivals.push([EVENT_ID.exec(head)?.[1] ?? '', sharedNow()]);
}

function count(complete: number): void {
  const before = row.count;
  if (before === 0) {
    row.firstAt = performance.now();
    tell({ kind: 'begun' });
  }
  row.count += complete;
  if (before < row.expected && row.count >= row.expected) {
    tell({ kind: 'complete', ms: performance.now() - row.firstAt });
  }
}

function tell(message: FromReceiver): void {
  process.send?.(message);
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function open({ tls, port, host }: Extract<ToReceiver, { kind: 'serve' }>): Promise<void> {
  const secure = tls === null ? null : createSecureServer(tls, serve);
  // A sender that was stopped in the middle of a handshake.
  secure?.on('tlsClientError', () => {});
  tell({
    kind: 'listening',
    port: await listen(createServer(serve), port, host),
    securePort: secure === null ? 0 : await listen(secure, 0, host),
  });
}

process.on('message', (message: ToReceiver) => {
  if (message.kind === 'serve') return void open(message);
  if (message.kind === 'arrivals') return tell({ kind: 'arrivals', arrivals: row.arrivals });
  if (message.kind === 'expect') {
    Object.assign(row, { expected: message.count, count: 0, timed: message.timed, arrivals: [] });
  }
  tell({ kind: 'count', count: row.count, connections });
});
process.on('disconnect', () => process.exit());
