import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, startReceiver, type Receiver } from '@hooklane/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

let receiver: Receiver;
let transport: Transport;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await transport.destroy();
  await receiver.close();
});

function open(options: TransportOptions = {}): void {
  transport = createTransport({ allowedNetworks: ['127.0.0.0/8'], requestTimeoutMs: 2000, ...options });
}

/** One POST, and then a pause in which undici takes the connection back. */
async function post(path = '/hook', signal?: AbortSignal) {
  const result = await transport.post({ url: receiver.url(path), headers: {}, body: '{"n":1}' }, signal);
  await sleep(20);
  return result;
}

describe('A stale connection', () => {
  test('costs one immediate second try on a fresh one, which is told', async () => {
    open();
    receiver.answer('/hook', 'close_idle', { status: 201, body: 'x' });
    expect(await post()).toMatchObject({ kind: 'answer', statusCode: 200, sentFresh: false });
    expect(await post()).toMatchObject({ kind: 'answer', statusCode: 201, sentFresh: true });
    expect(receiver.requests.map(({ body }) => body)).toEqual(['{"n":1}', '{"n":1}']);
    expect(receiver.acceptedSockets).toBe(2);
  });

  test('is tried again with whatever status the second try gets', async () => {
    open();
    receiver.answer('/hook', 'close_idle', { status: 503, body: 'later', headers: { 'retry-after': '9' } });
    await post();
    expect(await post()).toMatchObject({
      statusCode: 503,
      retryAfter: '9',
      excerpt: { body: 'later', truncated: false },
      sentFresh: true,
    });
  });

  test('is tried again once, not twice', async () => {
    open();
    receiver.answer('/hook', 'close_idle', 'reset', 200);
    await post();
    expect(await post()).toMatchObject({ kind: 'failure', code: 'reset', sentFresh: true });
    expect(receiver.received).toBe(2);
  });

  test('does not get a second deadline', async () => {
    open({ requestTimeoutMs: 300 });
    receiver.answer('/hook', 'close_idle', 'hang');
    await post();
    const result = await post();
    expect(result).toMatchObject({ kind: 'failure', code: 'timeout', sentFresh: true });
    expect(result.durationMs).toBeLessThan(2000);
  });

  test('The second try can be aborted', async () => {
    open();
    receiver.answer('/hook', 'close_idle', 'hang');
    await post();
    expect(await post('/hook', AbortSignal.timeout(100))).toMatchObject({ code: 'aborted', sentFresh: true });
  });
});

describe('What is no stale connection gets no second try', () => {
  test('A fresh connection that dies', async () => {
    open();
    receiver.answer('/hook', 'reset');
    expect(await post()).toMatchObject({ kind: 'failure', code: 'reset', sentFresh: false });
    expect(receiver.received).toBe(1);
  });

  test('A reused connection that dies with an answer begun', async () => {
    open();
    receiver.answer('/hook', 200, { raw: 'HTTP/1.1 2' });
    await post();
    expect(await post()).toMatchObject({ kind: 'failure', code: 'reset', sentFresh: false });
    expect(receiver.received).toBe(2);
  });

  test('A reused connection that is silent until the deadline', async () => {
    open({ requestTimeoutMs: 200 });
    receiver.answer('/hook', 200, 'hang');
    await post();
    expect(await post()).toMatchObject({ kind: 'failure', code: 'timeout', sentFresh: false });
    expect(receiver.received).toBe(2);
  });

  test('A reused connection that dies late: the receiver had the request', async () => {
    open({ requestTimeoutMs: 5000 });
    receiver.answer('/hook', 200, { delayMs: 1300, raw: '' });
    await post();
    expect(await post()).toMatchObject({ kind: 'failure', code: 'reset', sentFresh: false });
    expect(receiver.received).toBe(2);
  });
});

describe('Connections', () => {
  test('are reused', async () => {
    open();
    for (let i = 0; i < 10; i += 1) await post();
    expect(receiver.acceptedSockets).toBe(1);
  });

  test('are reused after a failure status with a body', async () => {
    open();
    receiver.answer('/hook', { status: 500, body: 'x'.repeat(10_000) });
    for (let i = 0; i < 5; i += 1) await post();
    expect(receiver.acceptedSockets).toBe(1);
  });

  test('of 300 idle origins are all dropped', async () => {
    open({
      keepAliveMs: 200,
      allowedNetworks: ['127.0.0.1/32'],
      lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    const origins = Array.from({ length: 300 }, (_, i) => `http://r${i}.test:${receiver.port}/`);
    const results = await Promise.all(origins.map((url) => transport.post({ url, headers: {}, body: '{}' })));
    expect(results.filter(({ kind }) => kind === 'answer')).toHaveLength(300);
    expect(receiver.acceptedSockets).toBe(300);
    await eventually(() => expect(receiver.openSockets).toBe(0), { timeoutMs: 5000 });
  });

  test('are dropped though the receiver asks to keep them for an hour', async () => {
    open({ keepAliveMs: 100, keepAliveMaxMs: 300 });
    receiver.answer('/hook', { headers: { 'keep-alive': 'timeout=3600' } });
    await post();
    expect(receiver.openSockets).toBe(1);
    await eventually(() => expect(receiver.openSockets).toBe(0), { timeoutMs: 5000 });
  });

  test('are replaced when they are old, without a failure', async () => {
    open({ maxConnectionAgeMs: 150 });
    const end = performance.now() + 1000;
    const senders = Array.from({ length: 4 }, async () => {
      const results = [];
      while (performance.now() < end) {
        results.push(await transport.post({ url: receiver.url('/'), headers: {}, body: '{}' }));
      }
      return results;
    });
    const results = (await Promise.all(senders)).flat();
    expect(results.filter(({ kind, sentFresh }) => kind !== 'answer' || sentFresh)).toEqual([]);
    expect(receiver.received).toBe(results.length);
    expect(receiver.acceptedSockets).toBeGreaterThanOrEqual(4 * 3);
    expect(receiver.acceptedSockets).toBeLessThanOrEqual(4 * 7);
  });
});
