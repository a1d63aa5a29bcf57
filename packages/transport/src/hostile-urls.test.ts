/** The table of hostile URLs against the whole sender, with real sockets and a real DNS server where there are any. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  HOSTILE_ANSWERS,
  HOSTILE_FORMS,
  HOSTILE_LITERALS,
  HOSTILE_NAMES,
  eventually,
  startDnsServer,
  startReceiver,
  type DnsServer,
  type Receiver,
} from '@hooklane/testkit';
import { createTransport, type TransportOptions } from './transport.ts';

let receiver: Receiver;
let dns: DnsServer;
let socketsBefore: number;
beforeAll(async () => {
  receiver = await startReceiver();
  dns = await startDnsServer();
});
beforeEach(() => {
  socketsBefore = receiver.acceptedSockets;
});
afterAll(async () => {
  await receiver.close();
  await dns.close();
});

async function post(url: string, options: TransportOptions = {}) {
  const transport = createTransport({ connectTimeoutMs: 1000, requestTimeoutMs: 2000, ...options });
  try {
    return await transport.post({ url, headers: {}, body: '{}' });
  } finally {
    await transport.destroy();
  }
}

const BLOCKED = expect.stringMatching(/^(blocked_address|blocked_port|bad_url)$/);

describe('No hostile URL is called, even when nobody looked at it before', () => {
  test.each([...HOSTILE_LITERALS, ...HOSTILE_NAMES])('%j', async (url) => {
    const asked: string[] = [];
    const lookup = (name: string) => Promise.resolve([{ address: String(asked.push(name)), family: 4 }]);
    expect(await post(url, { lookup })).toMatchObject({ kind: 'failure', code: BLOCKED, durationMs: 0 });
    expect(asked).toEqual([]);
  });

  /** In these the URL parser reads a harmless URL, which is what would be called. */
  const READ_AS_HARMLESS = /example\.com\\@|example\.com\/\.\.\\/;

  test.each(HOSTILE_FORMS.filter(([url]) => !READ_AS_HARMLESS.test(url)))('%j', async (url) => {
    // Without the rules for the form of a URL, some are read as an address: then that is refused.
    const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    expect(await post(url, { lookup })).toMatchObject({ kind: 'failure', code: BLOCKED });
  });

  test.each(HOSTILE_ANSWERS)('%s, which resolves inside', async (name, addresses) => {
    const lookup = () => Promise.resolve([...addresses]);
    expect(await post(`http://${name}:${receiver.port}/`, { lookup })).toMatchObject({
      kind: 'failure',
      code: 'blocked_address',
      message: 'The host resolves to an address that may not be called.',
    });
    expect(receiver.acceptedSockets).toBe(socketsBefore);
  });
});

describe('On real sockets', () => {
  test('each way to write 127.0.0.1 reaches it when that is allowed, and makes no connection when it is not', async () => {
    const urls = HOSTILE_LITERALS.map(([url]) => url).filter((url) => new URL(url).hostname === '127.0.0.1');
    expect(urls.length).toBeGreaterThan(20);
    for (const written of urls) {
      const url = written.replace(/^(http:\/\/[^/:]*)(:\d+)?\//, `$1:${receiver.port}/`);
      const refused = await post(url);
      expect(refused).toMatchObject({ kind: 'failure', code: 'blocked_address' });
      expect(receiver.acceptedSockets).toBe(socketsBefore);
      const allowed = await post(url, { allowedNetworks: ['127.0.0.1/32'] });
      expect(allowed).toMatchObject({ kind: 'answer', statusCode: 200, remoteAddress: '127.0.0.1' });
      socketsBefore = receiver.acceptedSockets;
    }
  });

  test('a name of a real DNS server is judged by its answer, each time anew (rebinding)', async () => {
    const { lookup } = dns;
    const url = `http://rebind.test:${receiver.port}/`;
    dns.answer('rebind.test', ['127.0.0.1']);
    expect(await post(url, { lookup, allowedNetworks: ['127.0.0.1/32'] })).toMatchObject({ kind: 'answer' });
    socketsBefore = receiver.acceptedSockets;
    dns.answer('rebind.test', ['127.0.0.2']);
    const options = { lookup, allowedNetworks: ['127.0.0.1/32'] };
    expect(await post(url, options)).toMatchObject({ kind: 'failure', code: 'blocked_address' });
    dns.answer('rebind.test', ['127.0.0.2', '127.0.0.1', '10.0.0.1']);
    expect(await post(url, options)).toMatchObject({ kind: 'answer', remoteAddress: '127.0.0.1' });
    expect(dns.asked.filter((name) => name === 'rebind.test').length).toBeGreaterThanOrEqual(3);
  });

  test('one sender that keeps its connections takes the new answer once the old connection has its age', async () => {
    const transport = createTransport({
      allowedNetworks: ['127.0.0.1/32'],
      lookup: dns.lookup,
      maxConnectionAgeMs: 1,
    });
    const send = () =>
      transport.post({ url: `http://moves.test:${receiver.port}/`, headers: {}, body: '{}' });
    dns.answer('moves.test', ['127.0.0.1']);
    expect(await send()).toMatchObject({ kind: 'answer', remoteAddress: '127.0.0.1' });
    dns.answer('moves.test', ['169.254.169.254']);
    await eventually(async () => {
      expect(await send()).toMatchObject({ kind: 'failure', code: 'blocked_address' });
    });
    await transport.destroy();
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%i) is told, never followed', async (status) => {
    const inside = await startReceiver();
    receiver.answer(`/to-${status}`, { status, headers: { location: inside.url('/secret') } });
    const result = await post(receiver.url(`/to-${status}`), { allowedNetworks: ['127.0.0.0/8'] });
    expect(result).toMatchObject({ kind: 'answer', statusCode: status });
    expect(inside.acceptedSockets).toBe(0);
    await inside.close();
  });
});

test('No proxy of the environment is used: it would choose the address instead of the guard', async () => {
  const proxy = await startReceiver();
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  const env = Object.fromEntries(names.map((name) => [name, proxy.url()]));
  const program = fileURLToPath(new URL('../fixtures/post-once.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, receiver.url('/direct')], {
    env: { ...process.env, ...env, NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1', NODE_OPTIONS: '' },
  });
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'answer', statusCode: 200, remoteAddress: '127.0.0.1' });
  expect(receiver.requests.some(({ path }) => path === '/direct')).toBe(true);
  expect(proxy.acceptedSockets).toBe(0);
  await proxy.close();
});
