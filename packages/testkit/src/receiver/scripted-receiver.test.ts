import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { eventually } from '../waiting/eventually.ts';
import { startReceiver, type Receiver } from './scripted-receiver.ts';

let receiver: Receiver;
let agent: Agent;
beforeEach(async () => {
  receiver = await startReceiver();
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  await receiver.close();
});

interface Answer {
  status: number;
  body: string;
  isComplete: boolean;
}

/** One POST with Node's own client, over one kept connection; stops reading after `readMs`. */
function post(path: string, readMs = 5000): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { 'X-Id': '7' } };
    const request = httpRequest(receiver.url(path), options, (response) => {
      let body = '';
      const timer = setTimeout(() => response.destroy(), readMs);
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('error', () => {});
      response.on('close', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body, isComplete: response.complete });
      });
    });
    request.on('error', reject);
    request.end(`to ${path}`);
  });
}

describe('The receiver answers as its script says', () => {
  test('Nothing scripted: 200', async () => {
    expect(await post('/any')).toEqual({ status: 200, body: '', isComplete: true });
  });

  test('Steps in turn, the last one repeats, each path on its own', async () => {
    receiver.answer('/a', 500, { status: 503, body: 'later' }, 204);
    receiver.answer('*', 418);
    const statuses = [];
    for (const path of ['/a', '/a?x=1', '/b', '/a', '/a']) statuses.push((await post(path)).status);
    expect(statuses).toEqual([500, 503, 418, 204, 204]);
  });

  test('A script can be given at the start', async () => {
    await receiver.close();
    receiver = await startReceiver({ script: { '/a': [500, 200], '/b': 'reset' } });
    expect([(await post('/a')).status, (await post('/a')).status]).toEqual([500, 200]);
    await expect(post('/b')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('delayMs waits', async () => {
    receiver.answer('/a', { delayMs: 100 });
    const start = performance.now();
    await post('/a');
    expect(performance.now() - start).toBeGreaterThanOrEqual(99);
  });

  test.each(['reset', 'close'] as const)('%s', async (step) => {
    receiver.answer('/a', step);
    await expect(post('/a')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(receiver.received).toBe(1);
  });

  test('hang_after_headers, drip and endless begin an answer that does not end', async () => {
    receiver.answer('/hang', 'hang_after_headers');
    receiver.answer('/drip', { status: 500, body: '>', ending: 'drip', intervalMs: 5 });
    receiver.answer('/endless', 'endless');
    expect(await post('/hang', 100)).toEqual({ status: 200, body: '', isComplete: false });
    expect((await post('/drip', 200)).body).toMatch(/^>\.{2,60}$/);
    expect((await post('/endless', 200)).body.length).toBeGreaterThan(100_000);
  });

  test('raw: exactly these bytes', async () => {
    receiver.answer('/a', { raw: 'HTTP/1.1 299 Odd\r\ncontent-length: 2\r\n\r\nhi' });
    expect(await post('/a')).toEqual({ status: 299, body: 'hi', isComplete: true });
  });

  test('close_idle: a kept connection dies with the next request, which is not recorded', async () => {
    receiver.answer('/a', 'close_idle', 201);
    expect((await post('/a')).status).toBe(200);
    await expect(post('/a')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(receiver.received).toBe(1);
    expect((await post('/a')).status).toBe(201);
    expect(receiver.acceptedSockets).toBe(2);
  });
});

describe('The receiver remembers', () => {
  test('what it got', async () => {
    const before = Date.now();
    await post('/a?x=1');
    expect(receiver.requests).toMatchObject([{ method: 'POST', path: '/a?x=1', body: 'to /a?x=1' }]);
    const [got] = receiver.requests;
    expect(got?.headers).toMatchObject({ 'x-id': '7', 'content-length': '9' });
    expect(got?.at).toBeGreaterThanOrEqual(before);
    expect(got?.remotePort).toBeGreaterThan(0);
  });

  test('only the newest, but counts all', async () => {
    await receiver.close();
    receiver = await startReceiver({ keep: 3 });
    for (let i = 0; i < 10; i += 1) await post(`/${i}`);
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/7', '/8', '/9']);
    expect(receiver.received).toBe(10);
  });

  test('waitFor: a number, a question, and a bound', async () => {
    const two = receiver.waitFor(2);
    const special = receiver.waitFor((requests) => requests.some(({ path }) => path === '/special'));
    await post('/a');
    await post('/special');
    expect(await two).toHaveLength(2);
    expect(await special).toHaveLength(2);
    await expect(receiver.waitFor(3, 50)).rejects.toThrow(
      /did not get 3 requests within 50 ms: it got 2.*\/special/,
    );
  });
});

test('close ends every connection, also those that hang or never asked', async () => {
  receiver.answer('/a', 'hang');
  const hanging = post('/a').catch((error: NodeJS.ErrnoException) => error.code);
  const idle = connect(receiver.port, '127.0.0.1').on('error', () => {});
  await receiver.waitFor(1);
  await eventually(() => expect(receiver.openSockets).toBe(2));
  await Promise.all([receiver.close(), receiver.close()]);
  expect(await hanging).toBe('ECONNRESET');
  expect(receiver.openSockets).toBe(0);
  idle.destroy();
});
