import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startReceiver, type Receiver } from '@hooklane/testkit';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

let receiver: Receiver;
let transport: Transport | undefined;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => transport?.destroy());
afterAll(() => receiver.close());

const post = (url: string, options: TransportOptions = {}) => {
  transport = createTransport({
    allowedNetworks: ['127.0.0.0/8', '::1'],
    requestTimeoutMs: 2000,
    ...options,
  });
  return transport.post({ url, headers: {}, body: '{}' });
};

/** A TCP server that accepts and says nothing. */
async function withSilentServer(use: (port: number) => Promise<void>): Promise<void> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('Each failure has its code', () => {
  test('refused', async () => {
    const gone = await startReceiver();
    await gone.close();
    expect(await post(gone.url())).toMatchObject({ kind: 'failure', code: 'refused', sentFresh: false });
  });

  test.each(['reset', 'close'] as const)('reset: the receiver does %s', async (step) => {
    receiver.answer('/dies', step);
    const before = receiver.received;
    expect(await post(receiver.url('/dies'))).toMatchObject({ code: 'reset', sentFresh: false });
    expect(receiver.received).toBe(before + 1);
  });

  test('reset: the answer breaks off before its headers are complete', async () => {
    receiver.answer('/breaks', { raw: 'HTTP/1.1 200 OK\r\ncontent-le' });
    expect(await post(receiver.url('/breaks'))).toMatchObject({ code: 'reset', sentFresh: false });
  });

  test('dns', async () => {
    // Longer than DNS allows: the system's resolver knows that without asking anybody.
    const url = `http://${'a'.repeat(64)}.invalid/`;
    expect(await post(url)).toMatchObject({ kind: 'failure', code: 'dns' });
  });

  test('dns: a name without an address', async () => {
    expect(await post('http://empty.test/', { lookup: () => Promise.resolve([]) })).toMatchObject({
      code: 'dns',
    });
  });

  test('connect_timeout: a name that is never resolved', async () => {
    const lookup = () => new Promise<never>(() => {});
    const result = await post('http://slow.test/', { lookup, connectTimeoutMs: 100 });
    expect(result).toMatchObject({ code: 'connect_timeout' });
  });

  test('connect_timeout: a TLS handshake that is never answered', () =>
    withSilentServer(async (port) => {
      const result = await post(`https://127.0.0.1:${port}/`, { connectTimeoutMs: 100 });
      expect(result).toMatchObject({ code: 'connect_timeout' });
    }));

  test('connect_timeout: the deadline of the request comes first', async () => {
    const lookup = () => new Promise<never>(() => {});
    const options = { lookup, connectTimeoutMs: 900, requestTimeoutMs: 100 };
    expect(await post('http://slow.test/', options)).toMatchObject({ code: 'connect_timeout' });
  });

  test('timeout', async () => {
    receiver.answer('/hangs', 'hang');
    const result = await post(receiver.url('/hangs'), { requestTimeoutMs: 150 });
    expect(result).toMatchObject({ kind: 'failure', code: 'timeout', sentFresh: false });
  });

  test.each([
    ['not HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['an unasked 100', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['an unasked 101', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('bad_response: %s', async (_what, raw) => {
    receiver.answer('/raw', { raw });
    expect(await post(receiver.url('/raw'))).toMatchObject({ kind: 'failure', code: 'bad_response' });
  });

  test('bad_url, bad_request, blocked_port, blocked_address', async () => {
    expect(await post('ftp://example.com/')).toMatchObject({ code: 'bad_url', durationMs: 0 });
    expect(await post(receiver.url(), { allowedPorts: [[1, receiver.port - 1]] })).toMatchObject({
      code: 'blocked_port',
    });
    expect(await post(receiver.url(), { allowedNetworks: [] })).toMatchObject({ code: 'blocked_address' });
    await transport?.destroy();
    transport = createTransport({ allowedNetworks: ['127.0.0.0/8'] });
    const request = { url: receiver.url(), headers: { 'x-token': 'a\r\nb' }, body: '' };
    expect(await transport.post(request)).toMatchObject({ code: 'bad_request' });
  });

  test('A failure to one host leaves another alone', async () => {
    await post('http://does-not-resolve.test/', { lookup: () => Promise.reject(new Error('no')) });
    expect(await transport?.post({ url: receiver.url('/fine'), headers: {}, body: '' })).toMatchObject({
      kind: 'answer',
      statusCode: 200,
    });
  });

  test('An IPv6 literal is reached', async () => {
    const ipv6 = await startReceiver({ host: '::1' });
    try {
      expect(await post(ipv6.url())).toMatchObject({ kind: 'answer', statusCode: 200, remoteAddress: '::1' });
    } finally {
      await ipv6.close();
    }
  });
});
