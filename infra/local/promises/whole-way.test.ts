/** What a user sees of the whole way, through the API and at a real receiver. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
import { Webhook } from 'standardwebhooks';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TYPES = ['build.started', 'build.finished', 'deploy.started', 'deploy.finished'] as const;
const APPLICATION = '/accounts/jdoe/applications/rubyubunturbenvapp';
const ENVIRONMENT = '/accounts/jdoe/environments/rubyubunturbenvapp-beta';

interface SeenDelivery {
  id: string;
  status: string;
  reason: string | null;
  attempts: {
    number: number;
    startedAt: string;
    durationMs: number;
    statusCode: number | null;
    outcome: string;
  }[];
}

function fixture(type: string): Record<string, unknown> {
  const file = new URL(`../../../packages/core/fixtures/${type}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

let redis: TestRedis;
let receiver: Receiver;
let programs: Programs;

beforeAll(async () => {
  redis = await startRedis({ aof: true });
  receiver = await startReceiver();
  programs = await startPrograms({
    redisUrl: redis.url,
    env: { HOOKLANE_RETRY_SCHEDULE: '200ms,300ms,400ms' },
  });
  for (const scope of [APPLICATION, ENVIRONMENT]) await programs.call('PUT', scope, { enabled: true });
}, 60_000);

afterAll(async () => {
  await programs.stop();
  await receiver.close();
  await redis.stop();
}, 30_000);

async function addWebhook(event: string, name: string, path: string, extra: object = {}): Promise<string> {
  const scope = event.startsWith('build') ? APPLICATION : ENVIRONMENT;
  const webhook = { name, event, url: receiver.url(path), secret: SECRET, ...extra };
  const made = await programs.call('POST', `${scope}/webhooks`, webhook);
  expect(made).toMatchObject({ status: 201, body: { name, event, hasSecret: true } });
  return String(made.body['id']);
}

async function emit(type: string, id?: string): Promise<string> {
  const accepted = await programs.call('POST', '/events', {
    account: 'jdoe',
    type,
    body: fixture(type),
    ...(id ? { id } : {}),
  });
  expect(accepted.status).toBe(202);
  return String(accepted.body['id']);
}

async function deliveryOf(eventId: string, webhookId: string): Promise<SeenDelivery> {
  return (await programs.call('GET', `/deliveries/${eventId}.${webhookId}`)).body as unknown as SeenDelivery;
}

describe('the whole way of an event', () => {
  test('an independent Standard Webhooks library accepts every delivery, and the body is the fixture byte for byte', async () => {
    for (const type of TYPES) await addWebhook(type, `judge-${type.replace('.', '-')}`, `/judge/${type}`);
    for (const type of TYPES) await emit(type);
    const judge = new Webhook(SECRET);
    for (const type of TYPES) {
      const seen = await eventually(() => {
        const request = receiver.requests.find(({ path }) => path === `/judge/${type}`);
        if (!request) throw new Error(`${type} has not arrived`);
        return request;
      });
      expect(seen.body).toBe(JSON.stringify(fixture(type)));
      expect(() => judge.verify(seen.body, seen.headers)).not.toThrow();
      expect(seen.headers).toMatchObject({
        'content-type': 'application/json',
        'hooklane-event': type,
        'hooklane-attempt': '1',
        'user-agent': expect.stringMatching(/^Hooklane\/\d/),
      });
    }
  });

  test('500, 500, 200 makes three attempts with status, time and duration each', async () => {
    receiver.answer('/flaky', 500, 500, 200);
    const webhook = await addWebhook('build.started', 'flaky', '/flaky');
    const event = await emit('build.started');
    const delivery = await eventually(async () => {
      const seen = await deliveryOf(event, webhook);
      expect(seen.status).toBe('delivered');
      return seen;
    });
    expect(delivery.attempts.map(({ number, statusCode }) => [number, statusCode])).toEqual([
      [1, 500],
      [2, 500],
      [3, 200],
    ]);
    for (const { startedAt, durationMs } of delivery.attempts) {
      expect(new Date(startedAt).toISOString()).toBe(startedAt);
      expect(durationMs).toBeGreaterThanOrEqual(0);
    }
    const tries = receiver.requests.filter(({ path }) => path === '/flaky');
    expect(tries.map(({ headers }) => headers['hooklane-attempt'])).toEqual(['1', '2', '3']);
    expect(new Set(tries.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event]));
  });

  test('always 500 ends as a dead letter after the whole schedule; mended, a redrive brings it with the same webhook-id', async () => {
    receiver.answer('/down', 500);
    const webhook = await addWebhook('deploy.finished', 'down', '/down');
    const event = await emit('deploy.finished');
    const letter = await eventually(async () => {
      const list = await programs.call('GET', `/dead-letters?webhook=${webhook}`);
      const [first] = list.body['items'] as SeenDelivery[];
      expect(first).toBeDefined();
      return first as SeenDelivery;
    });
    expect(letter).toMatchObject({ id: `${event}.${webhook}`, status: 'dead', reason: 'exhausted' });
    expect(letter.attempts.map(({ statusCode }) => statusCode)).toEqual([500, 500, 500, 500]);
    receiver.answer('/down', 200);
    const dry = await programs.call('POST', '/dead-letters/redrive', { filter: { webhook }, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { matched: 1 } });
    const redrive = await programs.call('POST', '/dead-letters/redrive', { filter: { webhook } });
    expect(redrive.status).toBe(202);
    await eventually(async () => expect((await deliveryOf(event, webhook)).status).toBe('delivered'));
    const tries = receiver.requests.filter(({ path }) => path === '/down');
    expect(tries).toHaveLength(5);
    expect(new Set(tries.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event]));
    expect((await programs.call('GET', `/dead-letters?webhook=${webhook}`)).body['items']).toEqual([]);
  });

  test('two emits of one id make one delivery, by API and by producer', async () => {
    const webhook = await addWebhook('build.finished', 'once', '/once');
    await emit('build.finished', 'build-6982-finished');
    await emit('build.finished', 'build-6982-finished');
    const producer = createProducer({ redis: redis.url });
    await producer.emit({
      account: 'jdoe',
      type: 'build.finished',
      body: fixture('build.finished'),
      id: 'build-6982-finished',
    });
    await producer.close();
    await eventually(async () =>
      expect((await deliveryOf('build-6982-finished', webhook)).status).toBe('delivered'),
    );
    // Another event behind it shows that the repeats had their turn.
    await emit('build.finished', 'after-the-repeats');
    await eventually(async () =>
      expect((await deliveryOf('after-the-repeats', webhook)).status).toBe('delivered'),
    );
    const ids = receiver.requests
      .filter(({ path }) => path === '/once')
      .map(({ headers }) => headers['webhook-id']);
    expect(ids.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      'after-the-repeats',
      'build-6982-finished',
    ]);
  });

  test('a name that is taken answers 409, and a body that is not the event it claims 422 with the field', async () => {
    await addWebhook('build.started', 'taken', '/taken');
    const again = { name: 'TAKEN', event: 'build.finished', url: receiver.url('/taken') };
    expect(await programs.call('POST', `${APPLICATION}/webhooks`, again)).toMatchObject({
      status: 409,
      body: { code: 'name_taken', field: 'name' },
    });
    const wrong = { account: 'jdoe', type: 'build.started', body: fixture('deploy.started') };
    expect(await programs.call('POST', '/events', wrong)).toMatchObject({
      status: 422,
      body: { code: 'event_body_mismatch', field: 'body.build_num' },
    });
  });

  test('an event that goes to nobody says why', async () => {
    const body = { ...fixture('build.started'), app_name: 'nobody-switched-this-on' };
    const { body: accepted } = await programs.call('POST', '/events', {
      account: 'jdoe',
      type: 'build.started',
      body,
    });
    await eventually(async () => {
      const event = await programs.call('GET', `/events/${String(accepted['id'])}`);
      expect(event).toMatchObject({
        status: 200,
        body: { deliveries: [], unmatched: { reason: 'scope_disabled' } },
      });
    });
  });

  test('numbers that JavaScript cannot hold and keys in odd order leave as they came', async () => {
    await addWebhook('build.started', 'exact', '/exact');
    const text =
      '{"z":1.0,"10":1,"9":12345678901234567890,"app_name":"rubyubunturbenvapp","build_num":"1","status":"Queued","u":"\\u00e9\\/"}';
    const accepted = await programs.call(
      'POST',
      '/events',
      `{"account": "jdoe", "type": "build.started", "body": ${text}}`,
    );
    expect(accepted.status).toBe(202);
    await eventually(() => expect(receiver.requests.find(({ path }) => path === '/exact')?.body).toBe(text));
  });
});
