/** The receiver, a process of its own: answers every request with 200, counts, and tells its parent. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { FromReceiver, ToReceiver } from './receiver-messages.ts';
import { RequestCounter } from './request-counter.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

const row = { expected: Infinity, count: 0, firstAt: 0 };

function serve(socket: Socket): void {
  const counter = new RequestCounter();
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

process.on('message', (message: ToReceiver) => {
  if (message.kind === 'expect') Object.assign(row, { expected: message.count, count: 0 });
  tell({ kind: 'count', count: row.count });
});
process.on('disconnect', () => process.exit());

const server = createServer(serve).listen(0, '127.0.0.1');
await once(server, 'listening');
tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
