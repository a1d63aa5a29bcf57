import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startReceiver, type Receiver } from '@hooklane/testkit';
import type { LookupAddress } from 'node:dns';
import { connect } from 'node:net';
import type { buildConnector } from 'undici';
import { parseNetworks } from './address-guard.ts';
import { BlockedAddressError, guardConnector } from './guarded-connector.ts';
import { createTransport } from './transport.ts';

const PUBLIC: LookupAddress = { address: '192.0.66.2', family: 4 };
const LOOPBACK: LookupAddress = { address: '127.0.0.1', family: 4 };

let receiver: Receiver;
let socketsBefore: number;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  socketsBefore = receiver.acceptedSockets;
});
afterAll(() => receiver.close());

/** Posts to a name at the receiver's port, resolved as said; a list per look-up, the last one repeats. */
async function postTo(hostname: string, answers: LookupAddress[][], allowedNetworks: string[] = []) {
  const asked: string[] = [];
  const transport = createTransport({
    connectTimeoutMs: 300,
    requestTimeoutMs: 1000,
    allowedNetworks,
    lookup: (name) => Promise.resolve(answers[Math.min(asked.push(name), answers.length) - 1] ?? []),
  });
  const post = () => transport.post({ url: `http://${hostname}:${receiver.port}/`, headers: {}, body: '{}' });
  const results = [];
  for (let i = 0; i < answers.length; i += 1) results.push(await post());
  await transport.destroy();
  return { results, asked };
}

describe('Each address that a connection would use is judged', () => {
  test.each([
    ['a loopback address', [LOOPBACK]],
    ['its IPv4-mapped form', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    [
      'only forbidden addresses',
      [LOOPBACK, { address: '::1', family: 6 }, { address: '10.0.0.1', family: 4 }],
    ],
    ['something that is no address', [{ address: 'localhost', family: 4 }]],
  ])('A name that resolves to %s is refused without a connection', async (_what, addresses) => {
    const { results } = await postTo('receiver.test', [addresses]);
    expect(results).toMatchObject([{ kind: 'failure', code: 'blocked_address' }]);
    expect(receiver.acceptedSockets).toBe(socketsBefore);
  });

  test('A name that was public and then points inside (rebinding) is refused', async () => {
    const { results, asked } = await postTo('rebind.test', [[PUBLIC], [LOOPBACK]]);
    expect(asked).toEqual(['rebind.test', 'rebind.test']);
    expect(results[0]).toMatchObject({ kind: 'failure', code: expect.not.stringMatching('blocked') });
    expect(results[1]).toMatchObject({ kind: 'failure', code: 'blocked_address' });
    expect(receiver.acceptedSockets).toBe(socketsBefore);
  });

  test('Of a mixed answer only the public addresses are tried', async () => {
    const { results } = await postTo('mixed.test', [[LOOPBACK, PUBLIC]]);
    expect(results).toMatchObject([{ kind: 'failure', code: expect.not.stringMatching('blocked') }]);
    expect(receiver.acceptedSockets).toBe(socketsBefore);
  });

  test('The refusal of a name does not say where it points', async () => {
    const { results } = await postTo('db.corp', [[{ address: '10.11.12.13', family: 4 }]]);
    expect(JSON.stringify(results)).not.toMatch(/10\.11|private/);
  });

  test('An allowed network is let through, and its other addresses are not', async () => {
    const inside = await postTo('receiver.test', [[LOOPBACK]], ['127.0.0.1/32']);
    expect(inside.results).toMatchObject([{ kind: 'answer', statusCode: 200, remoteAddress: '127.0.0.1' }]);
    const beside = await postTo('receiver.test', [[{ address: '127.0.0.2', family: 4 }]], ['127.0.0.1/32']);
    expect(beside.results).toMatchObject([{ kind: 'failure', code: 'blocked_address' }]);
  });

  test('A literal in the URL never reaches the look-up, and is refused', async () => {
    const { results, asked } = await postTo('127.0.0.1', [[PUBLIC]]);
    expect(results).toMatchObject([{ kind: 'failure', code: 'blocked_address', durationMs: 0 }]);
    expect(asked).toEqual([]);
  });
});

describe('The guard does not trust the connector that it wraps', () => {
  const refusalOf = (guarded: buildConnector.connector, hostname: string) =>
    new Promise<Error | null>((resolve) => {
      guarded({ protocol: 'http:', port: '80', hostname }, (...[error]) => resolve(error));
    });

  test('A socket that went elsewhere than it was sent is destroyed', async () => {
    const guarded = guardConnector((_target, callback) => {
      const socket = connect(receiver.port, '127.0.0.1', () => callback(null, socket));
    }, parseNetworks([]));
    const error = await refusalOf(guarded, 'public.test');
    expect(error).toBeInstanceOf(BlockedAddressError);
  });

  test.each(['127.0.0.1', '[::1]', '::1', 'localhost.', '169.254.169.254'])(
    '%s is not even handed to it',
    async (hostname) => {
      let calls = 0;
      const guarded = guardConnector(() => (calls += 1), parseNetworks([]));
      const error = await refusalOf(guarded, hostname);
      expect(error).toBeInstanceOf(BlockedAddressError);
      expect(calls).toBe(0);
    },
  );
});
