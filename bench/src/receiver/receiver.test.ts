import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { startReceiver } from './receiver.ts';

const REQUEST = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody';

test('answers each request, counts it, and says when the expected number has come', async () => {
  await using receiver = await startReceiver();
  const { begun, complete } = await receiver.expect(3);
  const socket = connect(Number(new URL(receiver.origin).port), '127.0.0.1');
  let answers = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answers += text));
  socket.write(REQUEST + REQUEST);
  await once(socket, 'data');
  await begun;
  expect(await receiver.count()).toBe(2);
  socket.write(REQUEST);
  expect(await complete).toBeGreaterThan(0);
  while (answers.split('HTTP/1.1 200 OK').length < 4) await once(socket, 'data');
  await receiver.expect(1);
  expect(await receiver.count()).toBe(0);
  socket.destroy();
});
