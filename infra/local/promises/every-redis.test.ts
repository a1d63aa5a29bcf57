/** The whole way on each kind of Redis: from emit, by API and by producer, over a real worker, to a receiver. */
import { afterEach, expect, test } from '@jest/globals';
import { createProducer } from '@hooklane/producer';
import type { ProducerOptions } from '@hooklane/producer';
import {
  eventually,
  startPrograms,
  startReceiver,
  startRedisCluster,
  startSentinel,
  startTlsRedis,
} from '@hooklane/testkit';
import type { Programs, Receiver } from '@hooklane/testkit';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
}, 60_000);

/** A Redis, as operators name it to the programs, and as a pipeline names it to a producer. */
interface Kind {
  env: Record<string, string>;
  redis: Exclude<ProducerOptions['redis'], string>;
  stop(): Promise<void>;
}

async function cluster(): Promise<Kind> {
  const { url, stop } = await startRedisCluster();
  return { env: { REDIS_URL: url, HOOKLANE_REDIS_REPLICAS: '1' }, redis: { url }, stop };
}

async function sentinel(): Promise<Kind> {
  const sentinelPassword = 'watch';
  const { url, stop } = await startSentinel({ sentinelPassword });
  const env = { REDIS_URL: url, HOOKLANE_REDIS_SENTINEL_PASSWORD: sentinelPassword };
  return { env, redis: { url, sentinelPassword }, stop };
}

/** The rights are those of docs/security-operations.md. */
async function tls(): Promise<Kind> {
  const rights = '~{h0}:* resetchannels +@all -@admin -@dangerous +info'.split(' ');
  const { port, ca, caFile, stop } = await startTlsRedis('DNS:redis.test', [
    '--user',
    'hooklane',
    'on',
    '>s3cret',
    ...rights,
  ]);
  const url = `rediss://hooklane:s3cret@127.0.0.1:${port}`;
  const serverName = 'redis.test';
  const env = { REDIS_URL: url, HOOKLANE_REDIS_CA_FILE: caFile, HOOKLANE_REDIS_SERVER_NAME: serverName };
  return { env, redis: { url, ca, serverName }, stop };
}

async function startHouse({ env }: Kind): Promise<{ programs: Programs; receiver: Receiver }> {
  const receiver = await startReceiver();
  ends.push(() => receiver.close());
  const programs = await startPrograms({ redisUrl: env['REDIS_URL'] ?? '', env });
  ends.push(() => programs.stop());
  await programs.call('PUT', '/accounts/jdoe/applications/app', { enabled: true });
  await programs.call('POST', '/accounts/jdoe/applications/app/webhooks', {
    name: 'hook',
    event: 'build.started',
    url: receiver.url('/hook'),
  });
  return { programs, receiver };
}

const event = (number: string) => ({
  account: 'jdoe',
  type: 'build.started' as const,
  body: { app_name: 'app', build_num: number, status: 'Queued' },
});

test.each([
  ['a Cluster, acknowledged by a replica', cluster],
  ['a master by its Sentinels, which have a password', sentinel],
  ['TLS, a private authority, a user with the least rights', tls],
])(
  'the whole way on %s',
  async (_, start) => {
    const kind = await start();
    ends.push(() => kind.stop());
    const { programs, receiver } = await startHouse(kind);
    const producer = createProducer({ redis: kind.redis });
    ends.push(() => producer.close());

    const emitted = await producer.emit(event('1'));
    const answer = await programs.call('POST', '/events', event('2'));
    expect(answer.status).toBe(202);
    const ids = [emitted.id, String(answer.body['id'])].toSorted();
    await eventually(
      () => {
        const seen = receiver.requests.map(({ headers }) => String(headers['webhook-id']));
        expect(seen.toSorted()).toEqual(ids);
      },
      { timeoutMs: 30_000 },
    );
    await eventually(
      async () => {
        const { body } = await programs.call('GET', '/deliveries?status=delivered');
        expect(body['items']).toHaveLength(2);
      },
      { timeoutMs: 30_000 },
    );
    const { findings } = (await programs.call('GET', '/doctor')).body as {
      findings: { check: string; level: string }[];
    };
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['redis', 'aof', 'memory']));
  },
  120_000,
);
