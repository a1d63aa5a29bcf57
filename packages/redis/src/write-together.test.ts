import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { startRedis, startTcpProxy } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { closeClient } from './close-client.ts';
import { openClient } from './open-client.ts';
import { readAccess } from './read-access.ts';

const COMMANDS = 40;
let server: TestRedis;

beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.stop());

async function open(url = server.url) {
  const client = openClient(readAccess(url), { connectMs: 2000, retries: null });
  client.on('error', () => undefined);
  await client.ping();
  return { client, [Symbol.asyncDispose]: () => closeClient(client) };
}

const script = (i: number): [string, number] => [`return ${i}`, 0];
const numbers = Array.from({ length: COMMANDS }, (_, i) => i);

describe('What a client is given in one turn of the event loop', () => {
  test('leaves in one write, also scripts, which no pipeline gathers; every command has its own answer', async () => {
    await using one = await open();
    const { stream } = one.client as Redis;
    const writes = [jest.spyOn(stream, '_write'), jest.spyOn(stream, '_writev' as '_write')];
    const answers = await Promise.all(numbers.map((i) => one.client.eval(...script(i))));
    expect(answers).toEqual(numbers);
    expect(writes.map((write) => write.mock.calls.length)).toEqual([0, 1]);
  });

  test('is sent again when the connection is lost, in its order', async () => {
    const proxy = await startTcpProxy(Number(new URL(server.url).port));
    await using one = await open(`redis://127.0.0.1:${proxy.port}`);
    proxy.cut();
    const before = await Promise.all(numbers.map((i) => one.client.getset('last', i)));
    expect(before.at(-1)).toBe(String(COMMANDS - 2));
    await proxy.close();
  });
});
