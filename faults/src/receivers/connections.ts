/** Receivers that are sick below HTTP: connections, names, TLS. */
import { networkInterfaces } from 'node:os';
import { freePort } from '@hooklane/local';
import { startRawReceiver, startReceiver } from '@hooklane/testkit';
import type { KeyPair } from '@hooklane/testkit';
import { DELIVERED, exhausted } from './receiver.ts';
import type { OpenReceiver, ReceiverTools, SickReceiver } from './receiver.ts';

async function tlsReceiver(tls: KeyPair): Promise<OpenReceiver> {
  const receiver = await startReceiver({ tls, keep: 0 });
  return { url: receiver.url('/'), close: () => receiver.close() };
}

async function raw(scheme: 'http' | 'https', onSocket: Parameters<typeof startRawReceiver>[0]['onSocket']) {
  const receiver = await startRawReceiver({ onSocket });
  return { url: `${scheme}://127.0.0.1:${receiver.port}/`, close: () => receiver.close() };
}

const nothing = (): Promise<void> => Promise.resolve();
const ONE_NAME = 'IP:127.0.0.1';
const TLS_REFUSED = exhausted('unreachable', 'receiver', { error: 'tls' });

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
}

/** All of them. */
export const CONNECTION_RECEIVERS: readonly SickReceiver[] = [
  {
    name: 'receiver-refuse',
    title: 'nobody listens',
    open: async () => ({ url: `http://127.0.0.1:${await freePort()}/`, close: nothing }),
    expected: exhausted('unreachable', 'network', { error: 'refused' }),
  },
  {
    name: 'receiver-hang-at-accept',
    title: 'accepts the connection and never reads from it',
    open: () => raw('http', (socket) => socket.pause()),
    expected: exhausted('timeout', 'receiver', { error: 'timeout' }),
  },
  {
    name: 'receiver-reset',
    title: 'resets the connection in the middle of the headers',
    open: () =>
      raw('http', (socket) => {
        socket.once('data', () =>
          socket.write('HTTP/1.1 200 OK\r\ncontent-', () => socket.resetAndDestroy()),
        );
      }),
    expected: exhausted('unreachable', 'network', { error: 'reset' }),
  },
  {
    name: 'receiver-dns',
    title: 'its name has no address',
    open: () => Promise.resolve({ url: 'http://receiver.hooklane-faults.invalid/', close: nothing }),
    expected: exhausted('unreachable', 'network', { error: 'dns' }),
  },
  {
    name: 'receiver-ipv6-only',
    title: 'listens on ::1 only',
    missing: () => (hasIpv6() ? null : 'this machine has no ::1'),
    async open() {
      const receiver = await startReceiver({ host: '::1', keep: 0 });
      return { url: receiver.url('/'), close: () => receiver.close() };
    },
    expected: DELIVERED,
  },
  {
    name: 'receiver-stale-keep-alive',
    title: 'kills each kept connection with the next request on it',
    async open() {
      const receiver = await startReceiver({ script: { '/': 'close_idle' }, keep: 0 });
      return { url: receiver.url('/'), close: () => receiver.close() };
    },
    expected: DELIVERED,
  },
  {
    name: 'receiver-tls-expired',
    title: 'its certificate ended yesterday',
    open: async ({ authority }: ReceiverTools) => tlsReceiver(await authority.issue(ONE_NAME, -1)),
    expected: TLS_REFUSED,
  },
  {
    name: 'receiver-tls-wrong-host',
    title: 'its certificate is for another host',
    open: async ({ authority }: ReceiverTools) => tlsReceiver(await authority.issue('DNS:other.test')),
    expected: TLS_REFUSED,
  },
  {
    name: 'receiver-tls-self-signed',
    title: 'nobody vouches for its certificate',
    open: async ({ authority }: ReceiverTools) =>
      tlsReceiver(await authority.selfSigned('self-signed', '/CN=127.0.0.1', ONE_NAME)),
    expected: TLS_REFUSED,
  },
  {
    name: 'receiver-tls-slow',
    title: 'never answers the TLS handshake',
    open: () => raw('https', (socket) => socket.resume()),
    expected: exhausted('timeout', 'network', { error: 'connect_timeout' }),
  },
];
