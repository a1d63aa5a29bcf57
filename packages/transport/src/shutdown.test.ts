import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, startReceiver, type Receiver } from '@hooklane/testkit';
import { createTransport, type Transport } from './transport.ts';

let receiver: Receiver;
let transport: Transport;
beforeEach(async () => {
  receiver = await startReceiver();
  transport = createTransport({ allowedNetworks: ['127.0.0.0/8'], requestTimeoutMs: 3000 });
});
afterEach(async () => {
  await transport.destroy();
  await receiver.close();
});

const post = (path: string, signal?: AbortSignal) =>
  transport.post({ url: receiver.url(path), headers: {}, body: '{}' }, signal);

describe('close', () => {
  test('waits for what is under way, takes nothing new, leaves no connection', async () => {
    receiver.answer('/slow', { delayMs: 200 });
    const underWay = post('/slow');
    await receiver.waitFor(1);
    const closing = transport.close();
    expect(await post('/late')).toMatchObject({ kind: 'failure', code: 'closed' });
    await closing;
    expect(await underWay).toMatchObject({ kind: 'answer', statusCode: 200 });
    expect(receiver.received).toBe(1);
    await eventually(() => expect(receiver.openSockets).toBe(0));
  });

  test('lets a stale connection have its second try', async () => {
    receiver.answer('/hook', 'close_idle', 200);
    await post('/hook');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const underWay = post('/hook');
    await transport.close();
    expect(await underWay).toMatchObject({ kind: 'answer', sentFresh: true });
  });

  test('may be called twice, and before anything was sent', async () => {
    await Promise.all([transport.close(), transport.close()]);
    expect(await post('/')).toMatchObject({ code: 'closed' });
  });
});

describe('destroy', () => {
  test('ends what is under way', async () => {
    receiver.answer('/hang', 'hang');
    const underWay = [post('/hang'), post('/hang')];
    await receiver.waitFor(2);
    await transport.destroy();
    expect(await Promise.all(underWay)).toMatchObject([{ code: 'closed' }, { code: 'closed' }]);
    await eventually(() => expect(receiver.openSockets).toBe(0));
  });

  test('cuts a close short', async () => {
    receiver.answer('/hang', 'hang');
    const underWay = post('/hang');
    await receiver.waitFor(1);
    const closing = transport.close();
    const start = performance.now();
    await transport.destroy();
    expect(await underWay).toMatchObject({ kind: 'failure', code: 'closed' });
    await closing;
    expect(performance.now() - start).toBeLessThan(8000);
  });

  test('keeps the status of an answer whose body was being read', async () => {
    receiver.answer('/drip', 'drip');
    const underWay = post('/drip');
    await receiver.waitFor(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await transport.destroy();
    expect(await underWay).toMatchObject({ kind: 'answer', statusCode: 200 });
  });
});

describe('The signal of the caller', () => {
  test('does not turn an answer into a failure', async () => {
    receiver.answer('/drip', { status: 500, body: 'why', ending: 'drip' });
    const result = await post('/drip', AbortSignal.timeout(300));
    expect(result).toMatchObject({ kind: 'answer', statusCode: 500, excerpt: { truncated: true } });
  });

  test('ends every request that shares it, at once', async () => {
    receiver.answer('/hang', 'hang');
    const shutdown = new AbortController();
    const underWay = Array.from({ length: 20 }, () => post('/hang', shutdown.signal));
    await receiver.waitFor(20);
    shutdown.abort();
    const results = await Promise.all(underWay);
    expect(new Set(results.map((result) => (result.kind === 'failure' ? result.code : '')))).toEqual(
      new Set(['aborted']),
    );
    await eventually(() => expect(receiver.openSockets).toBe(0));
  });

  test('that is aborted already sends nothing', async () => {
    expect(await post('/', AbortSignal.abort())).toMatchObject({ kind: 'failure', code: 'aborted' });
    expect(receiver.acceptedSockets).toBe(0);
  });

  test('has one listener, however many requests use it', async () => {
    const shutdown = new AbortController();
    let listeners = 0;
    const { signal } = shutdown;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    for (let i = 0; i < 50; i += 1) await post('/', signal);
    expect(listeners).toBe(1);
    shutdown.abort();
    expect(await post('/')).toMatchObject({ kind: 'answer' });
  });

  test('of one request leaves the others alone', async () => {
    receiver.answer('/slow', { delayMs: 200 });
    const [stopped, other] = [post('/slow', AbortSignal.timeout(50)), post('/slow')];
    expect(await stopped).toMatchObject({ code: 'aborted' });
    expect(await other).toMatchObject({ kind: 'answer' });
  });
});
