import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startReceiver, type Receiver, type Step } from '@hooklane/testkit';
import { createTransport, type Transport } from './transport.ts';

let receiver: Receiver;
let transport: Transport;
beforeAll(async () => {
  receiver = await startReceiver();
  transport = createTransport({ allowedNetworks: ['127.0.0.0/8'], requestTimeoutMs: 5000 });
});
afterEach(() => receiver.answer('*', 200));
afterAll(async () => {
  await transport.close();
  await receiver.close();
});

let paths = 0;
/** One POST to a path of its own that answers so. */
async function postTo(...steps: Step[]) {
  const path = `/answers/${(paths += 1)}`;
  receiver.answer(path, ...steps);
  return transport.post({ url: receiver.url(path), headers: {}, body: '{"a":"ä"}' });
}

describe('The receiver gets exactly what was given', () => {
  test('method, path with query, headers and body', async () => {
    const headers = { 'content-type': 'application/json', 'webhook-id': 'evt_1' };
    await transport.post({ url: receiver.url('/exact?b=2&a=1#x'), headers, body: '{"a":"ä€"}' });
    const got = receiver.requests.find(({ path }) => path === '/exact?b=2&a=1');
    expect(got).toMatchObject({ method: 'POST', body: '{"a":"ä€"}' });
    expect(got?.headers).toEqual({
      host: `127.0.0.1:${receiver.port}`,
      connection: 'keep-alive',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'content-length': '13',
    });
  });
});

describe('An answer is told with its status', () => {
  test('A success has no excerpt', async () => {
    const result = await postTo({ status: 201, body: 'created', headers: { 'X-Id': '7' } });
    expect(result).toMatchObject({
      kind: 'answer',
      statusCode: 201,
      headers: { 'x-id': '7', 'content-length': '7' },
      excerpt: null,
      retryAfter: null,
      remoteAddress: '127.0.0.1',
      sentFresh: false,
    });
  });

  test('A success whose body was asked for has one', async () => {
    receiver.answer('/kept', { status: 200, body: 'x'.repeat(20_000) });
    const request = { url: receiver.url('/kept'), headers: {}, body: '{}', keepBody: true };
    const result = await transport.post(request);
    expect(result).toMatchObject({
      kind: 'answer',
      statusCode: 200,
      excerpt: { body: 'x'.repeat(16 * 1024), truncated: true },
    });
  });

  test.each([199 + 5, 400, 404, 410, 429, 500, 503, 599])('%i', async (status) => {
    const result = await postTo({ status, body: status === 204 ? '' : 'why' });
    const excerpt = status === 204 ? null : { body: 'why', truncated: false };
    expect(result).toMatchObject({ kind: 'answer', statusCode: status, excerpt });
  });

  test('Retry-After comes as it is', async () => {
    const result = await postTo({ status: 503, headers: { 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' } });
    expect(result).toMatchObject({ retryAfter: 'Fri, 31 Dec 2027 23:59:59 GMT' });
  });

  test('Early hints before the answer are not the answer', async () => {
    const raw =
      'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok';
    expect(await postTo({ raw })).toMatchObject({ kind: 'answer', statusCode: 202 });
  });

  test('A compressed answer is not inflated', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const result = await postTo({ status: 500, headers, body: Buffer.from([0x1f, 0x8b, 0x08, 0x41]) });
    expect(result).toMatchObject({ statusCode: 500, excerpt: { body: expect.stringMatching(/A$/) } });
  });
});

describe('Redirects are never followed', () => {
  test.each([301, 302, 303, 307, 308])('%i', async (status) => {
    const before = receiver.received;
    const location = receiver.url('/elsewhere');
    expect(await postTo({ status, headers: { location } })).toMatchObject({
      kind: 'answer',
      statusCode: status,
      headers: { location },
    });
    expect(receiver.received).toBe(before + 1);
    expect(receiver.requests.some(({ path }) => path === '/elsewhere')).toBe(false);
  });
});

describe('An answer has bounds', () => {
  test('Of a body 16 KiB are kept and no more is read', async () => {
    const whole = await postTo({ status: 500, body: 'x'.repeat(16_384) });
    expect(whole).toMatchObject({ excerpt: { body: 'x'.repeat(16_384), truncated: false } });
    const cut = await postTo({ status: 500, body: 'x'.repeat(200_000) });
    expect(cut).toMatchObject({ statusCode: 500, excerpt: { body: 'x'.repeat(16_384), truncated: true } });
  });

  test('The same when the receiver closes after it', async () => {
    const result = await postTo({ status: 400, body: 'x'.repeat(20_000), headers: { connection: 'close' } });
    expect(result).toMatchObject({ statusCode: 400, excerpt: { truncated: true } });
  });

  test.each([200, 500])(
    'A %i whose body never ends is an answer at once, and its socket is destroyed',
    async (status) => {
      const result = await postTo({ status, ending: 'endless' });
      expect(result).toMatchObject({ kind: 'answer', statusCode: status });
      expect(result.durationMs).toBeLessThan(1900);
      expect(result).toMatchObject({ excerpt: status === 200 ? null : { truncated: true } });
    },
  );

  test('A body that breaks off is an answer too', async () => {
    const raw = 'HTTP/1.1 500 Oops\r\ncontent-length: 100\r\n\r\nhalf';
    expect(await postTo({ raw })).toMatchObject({
      kind: 'answer',
      statusCode: 500,
      excerpt: { body: 'half', truncated: true },
    });
  });

  test('More than 16 KiB of headers are no answer', async () => {
    const headers = { 'x-a': 'y'.repeat(9000), 'x-b': 'z'.repeat(9000) };
    expect(await postTo({ headers })).toMatchObject({ kind: 'failure', code: 'headers_too_large' });
  });

  test('Of the headers 8 KiB are kept', async () => {
    const result = await postTo({ headers: { 'x-a': 'y'.repeat(8000), 'x-b': 'z'.repeat(1000) } });
    expect(result).toMatchObject({ kind: 'answer', statusCode: 200 });
    expect(JSON.stringify(result)).not.toContain('zzz');
  });
});
