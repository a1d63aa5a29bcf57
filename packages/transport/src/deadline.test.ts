import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, startReceiver, type Receiver, type Step } from '@hooklane/testkit';
import { createServer, type AddressInfo } from 'node:net';
import { createTransport, type Transport } from './transport.ts';

let receiver: Receiver;
let transport: Transport;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => transport.close());
afterAll(() => receiver.close());

function postTo(step: Step, requestTimeoutMs: number) {
  receiver.answer('/slow', step);
  transport = createTransport({ allowedNetworks: ['127.0.0.0/8'], requestTimeoutMs });
  return transport.post({ url: receiver.url('/slow'), headers: {}, body: '{}' });
}

/** Far below what no deadline would give, far above what a busy machine adds. */
const SLACK_MS = 1200;

describe('One deadline holds for all of connect, headers and body', () => {
  test('No answer', async () => {
    const result = await postTo('hang', 300);
    expect(result).toMatchObject({ kind: 'failure', code: 'timeout' });
    expect(result.durationMs).toBeGreaterThanOrEqual(299);
    expect(result.durationMs).toBeLessThan(300 + SLACK_MS);
  });

  test('An answer that comes too late', async () => {
    expect(await postTo({ delayMs: 600 }, 200)).toMatchObject({ kind: 'failure', code: 'timeout' });
  });

  test('Headers that come byte by byte, without a pause', async () => {
    const dripping = createServer((socket) => {
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('error', () => {}).on('close', () => clearInterval(timer));
      socket.write('HTTP/1.1 200 OK\r\nx-long: ');
    });
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    const { port } = dripping.address() as AddressInfo;
    transport = createTransport({ allowedNetworks: ['127.0.0.0/8'], requestTimeoutMs: 300 });
    const result = await transport.post({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}' });
    expect(result).toMatchObject({ kind: 'failure', code: 'timeout' });
    expect(result.durationMs).toBeLessThan(300 + SLACK_MS);
    await new Promise((resolve) => dripping.close(resolve));
  });

  test.each(['drip', 'hang'] as const)(
    'A 200 whose body does %s: delivered when the deadline passes',
    async (ending) => {
      const result = await postTo({ body: 'start', ending, intervalMs: 10 }, 400);
      expect(result).toMatchObject({ kind: 'answer', statusCode: 200, excerpt: null });
      expect(result.durationMs).toBeLessThan(400 + SLACK_MS);
    },
  );

  test('A 500 whose body drips keeps its status and what there was', async () => {
    const result = await postTo({ status: 500, body: 'start', ending: 'drip', intervalMs: 10 }, 400);
    expect(result).toMatchObject({
      kind: 'answer',
      statusCode: 500,
      excerpt: { body: expect.stringMatching(/^start\.+$/), truncated: true },
    });
  });

  test('However long the deadline, a body has 2 s', async () => {
    const result = await postTo({ body: 'start', ending: 'drip' }, 15_000);
    expect(result).toMatchObject({ kind: 'answer', statusCode: 200 });
    expect(result.durationMs).toBeGreaterThanOrEqual(1999);
    expect(result.durationMs).toBeLessThan(2000 + 2 * SLACK_MS);
  });

  test.each([['hang'], [{ ending: 'drip' }], [{ status: 500, ending: 'hang' }]] as [Step][])(
    'What is over no longer holds a connection: %j',
    async (step) => {
      await postTo(step, 100);
      await eventually(() => expect(receiver.openSockets).toBe(0));
    },
  );
});
