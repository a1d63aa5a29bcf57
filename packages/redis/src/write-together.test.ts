import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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
  const reads = async (): Promise<number> =>
    Number(/^total_reads_processed:(\d+)/m.exec(await client.info('stats'))?.[1]);
  return { client, reads, [Symbol.asyncDispose]: () => closeClient(client) };
}

const script = (i: number): [string, number] => [`return ${i}`, 0];
const numbers = Array.from({ length: COMMANDS }, (_, i) => i);

describe('What a client is given in one turn of the event loop', () => {
  test('reaches Redis together, also scripts, which no pipeline gathers; every command has its own answer', async () => {
    await using one = await open();
    const before = await one.reads();
    const answers = await Promise.all(numbers.map((i) => one.client.eval(...script(i))));
    expect(answers).toEqual(numbers);
    expect((await one.reads()) - before).toBeLessThan(COMMANDS / 4);
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
