/** During an upgrade, and after a rollback, a worker of the last version runs beside what is new. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningProcess, freePort, startProcess } from '@hooklane/local';
import { createProducer } from '@hooklane/producer';
import {
  type Programs,
  type Receiver,
  type TestRedis,
  eventually,
  startPrograms,
  startReceiver,
  startRedis,
} from '@hooklane/testkit';
import { NO_LAST_VERSION, buildLastVersion } from './last-version.ts';

const APPLICATION = '/accounts/jdoe/applications/shop';
const WEBHOOKS = 6;
const EVENTS = 200;
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const WAIT = { timeoutMs: 45_000, everyMs: 250 };

let redis: TestRedis;
let receiver: Receiver;
let programs: Programs;
let last: Awaited<ReturnType<typeof buildLastVersion>>;
let old: RunningProcess;
let oldPort: number;

/** Deliveries that a worker made. */
async function deliveredBy(address: string): Promise<number> {
  const answer = await fetch(`http://${address}/metrics`, { headers: { connection: 'close' } });
  const sample = /^hooklane_attempts_total\{outcome="ok"[^}]*\} (\d+)$/m.exec(await answer.text());
  return Number(sample?.[1] ?? 0);
}

async function emit(count: number, first: number): Promise<string[]> {
  const producer = createProducer({ redis: redis.url });
  try {
    const emitted = Array.from({ length: count }, (_, i) => {
      const body = { app_name: 'shop', build_num: String(first + i), status: 'Queued' };
      return producer.emit({ account: 'jdoe', type: 'build.started', body, traceparent: TRACEPARENT });
    });
    return (await Promise.all(emitted)).map(({ id }) => id);
  } finally {
    await producer.close();
  }
}

/** Every webhook has heard of each of these. */
async function expectAllHeard(ids: readonly string[]): Promise<void> {
  await eventually(() => {
    for (let i = 0; i < WEBHOOKS; i++) {
      const heard = receiver.requests.filter(({ path }) => path === `/hook${i}`);
      const seen = new Set(heard.map(({ headers }) => headers['webhook-id']));
      expect(ids.filter((id) => !seen.has(id))).toEqual([]);
    }
  }, WAIT);
}

const when = NO_LAST_VERSION === '' ? describe : describe.skip;

when(`A worker of the last version${NO_LAST_VERSION}`, () => {
  beforeAll(async () => {
    last = await buildLastVersion();
    redis = await startRedis({ aof: true });
    receiver = await startReceiver();
    const env = { HOOKLANE_RETRY_SCHEDULE: '200ms,300ms,400ms', LOG_LEVEL: 'warn' };
    programs = await startPrograms({ redisUrl: redis.url, env });
    oldPort = await freePort();
    old = await startProcess({
      name: 'last version',
      args: [last.worker],
      env: {
        ...process.env,
        ...env,
        REDIS_URL: redis.url,
        HOOKLANE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8',
        PORT: String(oldPort),
      },
    });
    await programs.call('PUT', APPLICATION, { enabled: true });
    for (let i = 0; i < WEBHOOKS; i++) {
      receiver.answer(`/hook${i}`, 500, { status: 200, delayMs: 10 });
      const webhook = {
        name: `hook${i}`,
        event: 'build.started',
        url: receiver.url(`/hook${i}`),
        maxInFlight: 2,
      };
      expect((await programs.call('POST', `${APPLICATION}/webhooks`, webhook)).status).toBe(201);
    }
    await eventually(async () => expect(await deliveredBy(`127.0.0.1:${oldPort}`)).toBe(0), WAIT);
  }, 300_000);

  afterAll(async () => {
    await old.stop(10_000);
    await programs.stop();
    await receiver.close();
    await redis.stop();
    await last.remove();
  }, 60_000);

  test('shares the work with one of this version, and nothing is lost', async () => {
    await expectAllHeard(await emit(EVENTS, 0));
    const [, ours = ''] = programs.scraped;
    for (let first = EVENTS; first < 5 * EVENTS; first += EVENTS) {
      if ((await deliveredBy(`127.0.0.1:${oldPort}`)) > 0 && (await deliveredBy(ours)) > 0) break;
      await expectAllHeard(await emit(EVENTS, first));
    }
    expect(await deliveredBy(`127.0.0.1:${oldPort}`)).toBeGreaterThan(0);
    expect(await deliveredBy(ours)).toBeGreaterThan(0);
  }, 200_000);

  test('takes over what this version wrote, after a rollback', async () => {
    const ids = await emit(50, 10_000);
    await programs.workers[0]?.kill9();
    await expectAllHeard([...ids, ...(await emit(50, 20_000))]);
    const { body } = await programs.call('GET', '/deliveries?status=dead&limit=1');
    expect(body['items']).toEqual([]);
  }, 100_000);
});
