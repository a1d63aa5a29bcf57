import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { expect, test } from '@jest/globals';
import { sharedNow } from '../shared-clock.ts';
import { openAuthority } from './authority.ts';
import { startReceiver } from './receiver.ts';

const REQUEST = 'POST / HTTP/1.1\r\nhost: x\r\nwebhook-id: evt-7\r\ncontent-length: 4\r\n\r\nbody';

async function twoAnswers(socket: Socket): Promise<void> {
  let answers = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answers += text));
  socket.write(REQUEST + REQUEST);
  while (answers.split('HTTP/1.1 200 OK').length < 3) await once(socket, 'data');
}

test('answers each request, counts it, and says when the expected number has come', async () => {
  await using receiver = await startReceiver(null);
  const { begun, complete } = await receiver.expect(3);
  const socket = connect(Number(new URL(receiver.origin).port), '127.0.0.1');
  await twoAnswers(socket);
  await begun;
  expect(await receiver.count()).toBe(2);
  socket.write(REQUEST);
  expect(await complete).toBeGreaterThan(0);
  expect(await receiver.arrivals()).toEqual([]);
  await receiver.expect(1);
  expect(await receiver.count()).toBe(0);
  socket.destroy();
});

test('says when each came, by a clock that this process shares', async () => {
  await using receiver = await startReceiver(null);
  const { complete } = await receiver.expect(2, true);
  const before = sharedNow();
  const socket = connect(Number(new URL(receiver.origin).port), '127.0.0.1');
  await twoAnswers(socket);
  const after = sharedNow();
  await complete;
  const arrivals = await receiver.arrivals();
  expect(arrivals.map(([id]) => id)).toEqual(['evt-7', 'evt-7']);
  for (const [, at] of arrivals) {
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after);
  }
  socket.destroy();
});

test('receives with HTTPS from those who trust its authority', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-bench-receiver-'));
  try {
    await using authority = await openAuthority(folder);
    await using receiver = await startReceiver(authority);
    const { complete } = await receiver.expect(2);
    const ca = await readFile(authority.caFile);
    const port = Number(new URL(receiver.secureOrigin).port);
    const socket = connectSecurely({ host: '127.0.0.1', port, ca });
    await once(socket, 'secureConnect');
    await twoAnswers(socket);
    expect(await complete).toBeGreaterThanOrEqual(0);
    socket.destroy();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
