import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, startReceiver, type Receiver } from '@hooklane/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostResult } from './post-result.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

let receiver: Receiver;
let transport: Transport;
beforeEach(async () => {
  receiver = await startReceiver({ host: '0.0.0.0' });
});
afterEach(async () => {
  await transport.destroy();
  await receiver.close();
});

function open(options: TransportOptions = {}): void {
  transport = createTransport({ allowedNetworks: ['127.0.0.0/8'], requestTimeoutMs: 5000, ...options });
}

function post(path: string, host = '127.0.0.1', signal?: AbortSignal): Promise<PostResult> {
  return transport.post({ url: `http://${host}:${receiver.port}${path}`, headers: {}, body: '{}' }, signal);
}

function postMany(count: number, path: string): Promise<PostResult>[] {
  return Array.from({ length: count }, () => post(path));
}

const LOCAL = { kind: 'failure', code: 'local_resources' };

describe('Two webhooks on one host', () => {
  test('One hangs with 40 tries in flight; the other is answered as if it were alone', async () => {
    open();
    receiver.answer('/hang', 'hang');
    const hanging = postMany(40, '/hang');
    await eventually(() => expect(receiver.received).toBe(40));
    const durations: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      const result = await post('/ok');
      expect(result.kind).toBe('answer');
      durations.push(result.durationMs);
    }
    expect(durations.sort((a, b) => a - b)[98]).toBeLessThan(3000);
    await transport.destroy();
    for (const result of await Promise.all(hanging)) expect(result).toMatchObject({ code: 'closed' });
  });

  test('share the connections that are warm', async () => {
    open();
    for (let i = 0; i < 8; i += 1) await post(`/webhook-${i}`);
    expect(receiver.acceptedSockets).toBe(1);
  });
});

describe('Connections to one origin', () => {
  test('200 and 256 tries in flight really are that many, and none waits for another', async () => {
    open();
    receiver.answer('/slow', { delayMs: 2500 });
    for (const count of [200, 256]) {
      const before = receiver.received;
      const under = postMany(count, '/slow');
      await eventually(() => expect(receiver.received).toBe(before + count), { timeoutMs: 2300 });
      const results = await Promise.all(under);
      expect(results.filter(({ kind }) => kind === 'answer')).toHaveLength(count);
      // Two rounds of one answer time would show a queue.
      expect(Math.max(...results.map(({ durationMs }) => durationMs))).toBeLessThan(4800);
    }
    expect(receiver.openSockets).toBe(256);
  });

  test('are not more than the tries in flight, however many tries there are', async () => {
    open();
    receiver.answer('/slow', { delayMs: 5 });
    const senders = Array.from({ length: 8 }, async () => {
      for (let i = 0; i < 50; i += 1) await post('/slow');
    });
    await Promise.all(senders);
    expect(receiver.received).toBe(400);
    expect(receiver.acceptedSockets).toBe(8);
  });

  test('of a burst for a quick receiver are few, and none of the burst fails', async () => {
    const opened: number[] = [];
    // One for each request would be 2,000 every time; a receiver that finds no processor is no quick one.
    for (let burst = 1; burst <= 8 && !opened.some((count) => count < 1000); burst += 1) {
      const before = receiver.acceptedSockets;
      open();
      const results = await Promise.all(postMany(2000, '/quick'));
      expect(results.filter(({ kind }) => kind === 'answer')).toHaveLength(2000);
      expect(receiver.received).toBe(2000 * burst);
      opened.push(receiver.acceptedSockets - before);
      await transport.destroy();
    }
    expect(Math.min(...opened)).toBeLessThan(1000);
  });

  test.each([
    ['says that it closes', { status: 200, headers: { connection: 'close' } }],
    ['closes without a word', { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n' }],
  ])(
    'of a receiver that %s after each answer: what was to go next on one of them goes on another',
    async (_, step) => {
      open();
      receiver.answer('/closing', step);
      const results = await Promise.all(postMany(400, '/closing'));
      expect(results.filter(({ kind }) => kind === 'answer')).toHaveLength(400);
      expect(receiver.received).toBe(400);
    },
  );

  test('hang, more than a busy process uses at a time: a try beside them gets a warm one within a moment', async () => {
    open({ requestTimeoutMs: 15_000 });
    receiver.answer('/hang', 'hang');
    await Promise.all(postMany(20, '/warm'));
    const hanging = postMany(150, '/hang');
    await eventually(() => expect(receiver.received).toBe(170));
    const opened = receiver.acceptedSockets;
    const keepBusy = setInterval(() => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    }, 1);
    const durations: number[] = [];
    for (let i = 0; i < 30; i += 1) {
      const result = await post('/ok');
      expect(result.kind).toBe('answer');
      durations.push(result.durationMs);
    }
    clearInterval(keepBusy);
    expect(durations.sort((a, b) => a - b)[15]).toBeLessThan(200);
    expect(receiver.acceptedSockets - opened).toBeLessThan(30);
    await transport.destroy();
    await Promise.all(hanging);
  });

  test('do not make a try wait that finds all of them hanging', async () => {
    open({ requestTimeoutMs: 15_000 });
    receiver.answer('/hang', 'hang');
    const hanging = postMany(100, '/hang');
    await eventually(() => expect(receiver.received).toBe(100));
    const result = await post('/ok');
    expect(result).toMatchObject({ kind: 'answer' });
    expect(result.durationMs).toBeLessThan(3000);
    await transport.destroy();
    await Promise.all(hanging);
  });

  test('that hang at first do not end what waits for one of them, nor what is waiting when the transport closes', async () => {
    open({ requestTimeoutMs: 15_000 });
    receiver.answer('/hang', 'hang');
    const hanging = postMany(60, '/hang');
    const closed = transport.destroy();
    for (const result of await Promise.all(hanging)) expect(result).toMatchObject({ code: 'closed' });
    await closed;
  });

  test('of a burst are closed again when they stay idle', async () => {
    open({ keepAliveMs: 200 });
    receiver.answer('/slow', { delayMs: 50 });
    await Promise.all(postMany(200, '/slow'));
    // A warm one may serve two of them.
    expect(receiver.acceptedSockets).toBeGreaterThan(64);
    await eventually(() => expect(receiver.openSockets).toBe(0), { timeoutMs: 5000 });
  });
});

describe('The bound on open sockets', () => {
  test('A try beyond it fails at once, and as our own fault', async () => {
    open({ maxSockets: 10, requestTimeoutMs: 400 });
    receiver.answer('/hang', 'hang');
    const results = await Promise.all(postMany(25, '/hang'));
    const refused = results.filter(({ kind, durationMs }) => kind === 'failure' && durationMs < 200);
    expect(refused).toHaveLength(15);
    for (const result of refused) expect(result).toMatchObject(LOCAL);
    expect(results.filter((result) => 'code' in result && result.code === 'timeout')).toHaveLength(10);
    expect(receiver.acceptedSockets).toBe(10);
    await eventually(() => expect(receiver.openSockets).toBe(0));
    expect(await post('/ok')).toMatchObject({ kind: 'answer', statusCode: 200 });
  });

  test('holds over all origins', async () => {
    open({ maxSockets: 2 });
    receiver.answer('/hang', 'hang');
    const hanging = [post('/hang'), post('/hang', '127.0.0.2')];
    hanging.push(post('/ok', '127.0.0.3'));
    expect(await hanging[2]).toMatchObject(LOCAL);
  });

  test('An idle connection makes room, and no try is lost to it', async () => {
    open({ maxSockets: 3 });
    for (let i = 1; i <= 60; i += 1) {
      expect(await post('/ok', `127.0.0.${(i % 20) + 1}`)).toMatchObject({
        kind: 'answer',
        sentFresh: false,
      });
      expect(receiver.openSockets).toBeLessThanOrEqual(4);
    }
    receiver.answer('/hang', 'hang');
    void post('/hang', '127.0.0.1');
    for (let i = 1; i <= 20; i += 1) {
      expect(await post('/ok', `127.0.0.${i}`)).toMatchObject({ kind: 'answer' });
    }
  });

  test('What failed, ended or was given up counts no more', async () => {
    open({ maxSockets: 4, requestTimeoutMs: 100, connectTimeoutMs: 200 });
    receiver.answer('/mixed', 'reset', 'close', 'hang', 200, { status: 500, ending: 'hang' });
    const refusing = { url: 'http://127.0.0.1:1/', headers: {}, body: '{}' };
    for (let round = 0; round < 10; round += 1) {
      const results = await Promise.all([
        ...postMany(2, '/mixed'),
        transport.post(refusing),
        post('/ok', '127.0.0.1', AbortSignal.timeout(1)),
      ]);
      for (const result of results) expect(result).not.toMatchObject(LOCAL);
      await sleep(5);
    }
    const all = await Promise.all(postMany(4, '/ok'));
    expect(all.map(({ kind }) => kind)).toEqual(['answer', 'answer', 'answer', 'answer']);
  });
});
