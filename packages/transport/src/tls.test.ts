import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createAuthority,
  startReceiver,
  type Authority,
  type KeyPair,
  type Receiver,
} from '@hooklane/testkit';
import { createTransport, type Transport } from './transport.ts';

const SAN = 'DNS:receiver.test,IP:127.0.0.1';
let authority: Authority;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  authority = await createAuthority();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => authority.dispose());

async function startTls(tls: KeyPair): Promise<Receiver> {
  const receiver = await startReceiver({ tls });
  closing.push(() => receiver.close());
  return receiver;
}

function open(ca?: string): Transport {
  const transport = createTransport({
    allowedNetworks: ['127.0.0.0/8'],
    requestTimeoutMs: 3000,
    lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    ...(ca === undefined ? {} : { ca }),
  });
  closing.push(() => transport.destroy());
  return transport;
}

const send = (transport: Transport, url: string) => transport.post({ url, headers: {}, body: '{}' });

describe('A certificate that is in order', () => {
  test('is accepted, for a name and for an address, and its connection is kept', async () => {
    const receiver = await startTls(await authority.issue(SAN));
    const transport = open(await authority.certificate());
    const url = `https://receiver.test:${receiver.port}/hook`;
    expect(await send(transport, url)).toMatchObject({
      kind: 'answer',
      statusCode: 200,
      remoteAddress: '127.0.0.1',
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await send(transport, url)).toMatchObject({ kind: 'answer', sentFresh: false });
    expect(receiver.acceptedSockets).toBe(1);
    expect(await send(transport, receiver.url('/hook'))).toMatchObject({ kind: 'answer', statusCode: 200 });
  });

  test('A stale TLS connection gets its second try, too', async () => {
    const receiver = await startTls(await authority.issue(SAN));
    receiver.answer('*', 'close_idle', 200);
    const transport = open(await authority.certificate());
    await send(transport, receiver.url());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await send(transport, receiver.url())).toMatchObject({ kind: 'answer', sentFresh: true });
  });
});

describe('A certificate that is not in order is refused, and nothing is sent', () => {
  test.each([
    ['self-signed', () => authority.selfSigned('self', '/CN=receiver.test', SAN), /self-signed/],
    ['expired', () => authority.issue(SAN, -1), /expired/],
    ['for another host', () => authority.issue('DNS:other.test'), /another host/],
  ])('%s', async (_what, make, sentence) => {
    const receiver = await startTls(await make());
    const transport = open(await authority.certificate());
    for (const url of [`https://receiver.test:${receiver.port}/`, receiver.url()]) {
      const result = await send(transport, url);
      expect(result).toMatchObject({
        kind: 'failure',
        code: 'tls',
        message: expect.stringMatching(sentence),
      });
    }
    expect(receiver.received).toBe(0);
  });

  test('of an authority that nobody knows', async () => {
    const receiver = await startTls(await authority.issue(SAN));
    expect(await send(open(), receiver.url())).toMatchObject({ kind: 'failure', code: 'tls' });
    expect(receiver.received).toBe(0);
  });
});

test('https to a receiver that speaks http is a TLS failure', async () => {
  const receiver = await startReceiver();
  closing.push(() => receiver.close());
  expect(await send(open(), `https://127.0.0.1:${receiver.port}/`)).toMatchObject({
    kind: 'failure',
    code: 'tls',
  });
});
