/** Rotation of the key at rest, with servers and a store as a worker has it, on a real Redis. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { sampleAttempt } from './testing/memory-ports.ts';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealServer } from './testing/real-server.ts';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);

let redis: TestRedis;
const close: (() => Promise<void>)[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  for (const each of close.toReversed()) await each();
  await redis.stop();
});

function serverWith(secretKey: Buffer, others: Buffer[] = []): RealServer {
  const otherSecretKeys = others.map((key) => key.toString('base64'));
  const server = startRealServer(redis.url, { secretKey, otherSecretKeys });
  close.push(() => server.close());
  return server;
}

function workerWith(key: Buffer, others: Buffer[] = []): Store {
  const store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(key, others),
  });
  close.push(() => store.close());
  return store;
}

const ask = (server: RealServer, url: string, body: object) =>
  server.ask('POST', url, { headers: { authorization: `Bearer ${REAL_TOKEN}` }, body });
const HOOKS = '/v1/accounts/jdoe/applications/shop/webhooks';

async function addHook(server: RealServer, name: string, secret: string): Promise<string> {
  const body = { name, event: 'build.started', url: 'https://example.com/', secret };
  const { status, json } = await ask(server, HOOKS, body);
  expect(status).toBe(201);
  return String(json['id']);
}

/** What a worker with these keys signs with: it opens what stands in Redis. */
async function signingSecrets(worker: Store, id: string): Promise<readonly string[]> {
  const now = Date.now();
  const webhook = await worker.webhooks.getWebhook(id);
  if (webhook === null) throw new Error('There is no webhook.');
  const { account, scope, event: type } = webhook;
  const body = '{"app_name":"shop","build_num":"1","status":"Queued"}';
  const event = { id: `e${(events += 1)}`, type, account, scope, acceptedAt: now, occurredAt: now, body };
  const { deliveryId } = await worker.deliveries.sendTest(webhook, event);
  const take = await worker.lanes.take({ webhookId: id, run: event.id, limit: 1, now });
  if (take.kind !== 'work') throw new Error(`There is no work for ${deliveryId}: ${take.kind}.`);
  const settlements = take.due.map((delivery) => ({
    delivery,
    attempt: sampleAttempt({ startedAt: now, outcome: 'ok', statusCode: 200 }),
    charged: true,
    disposition: { kind: 'delivered' } as const,
  }));
  await worker.lanes.settle({ webhookId: id, run: event.id, settlements, breaker: null, now });
  await worker.lanes.release(id, event.id);
  return take.webhook?.secrets ?? [];
}

let events = 0;

test('the key is changed while servers and workers run, and every secret goes on signing', async () => {
  const before = serverWith(OLD);
  const first = await addHook(before, 'first', 'secret-one');

  // 1. Every program learns to read the new key.
  const readsNew = serverWith(OLD, [NEW]);
  const oldWorker = workerWith(OLD, [NEW]);
  await oldWorker.checkSecretKey();
  expect(await signingSecrets(oldWorker, first)).toEqual(['secret-one']);

  // 2. They write with it, one after the other; those of both kinds read all.
  const after = serverWith(NEW, [OLD]);
  const newWorker = workerWith(NEW, [OLD]);
  await newWorker.checkSecretKey();
  const second = await addHook(after, 'second', 'secret-two');
  expect(await signingSecrets(oldWorker, second)).toEqual(['secret-two']);
  expect(await signingSecrets(newWorker, first)).toEqual(['secret-one']);

  // 3. What is there is written anew, while somebody changes webhooks.
  const third = await addHook(readsNew, 'third', 'secret-three');
  const step = await ask(after, '/v1/secrets/rekey', {});
  expect(step).toMatchObject({ status: 200, json: { checked: 3, resealed: 2, unreadable: [], next: null } });
  expect((await ask(after, '/v1/secrets/rekey', {})).json).toMatchObject({ checked: 3, resealed: 0 });

  // 4. The old key is forgotten.
  const onlyNew = workerWith(NEW);
  await onlyNew.checkSecretKey();
  expect(await signingSecrets(onlyNew, first)).toEqual(['secret-one']);
  expect(await signingSecrets(onlyNew, second)).toEqual(['secret-two']);
  expect(await signingSecrets(onlyNew, third)).toEqual(['secret-three']);
  await expect(workerWith(OLD).checkSecretKey()).rejects.toMatchObject({ code: 'secret_key_mismatch' });
});

test('a server with a key of nobody cannot write anything anew, and what cannot be read is named', async () => {
  const stranger = serverWith(Buffer.alloc(32, 9));
  const refused = await ask(stranger, '/v1/secrets/rekey', {});
  expect(refused.json).toMatchObject({ code: 'secret_key_mismatch' });

  const server = serverWith(NEW);
  const id = await addHook(server, 'damaged', 'secret-four');
  const client = connectStore({ redis: redis.url, role: 'worker' });
  await client.hset(`{h0}:webhook:${id}`, 'secrets', '[{"sealed":"AAAA","until":null}]');
  client.disconnect();
  expect((await ask(server, '/v1/secrets/rekey', {})).json).toMatchObject({ unreadable: [id] });
  expect((await ask(server, '/v1/secrets/rekey', { cursor: 'x' })).json).toMatchObject({ field: 'cursor' });
});

test('no secret and no token stands in the clear in Redis', async () => {
  const dump: string[] = [];
  const client = connectStore({ redis: redis.url, role: 'worker' });
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    if (type === 'hash') dump.push(JSON.stringify(await client.hgetall(key)));
    else if (type === 'string') dump.push(String(await client.get(key)));
    else if (type === 'stream') dump.push(JSON.stringify(await client.xrange(key, '-', '+')));
    else if (type === 'zset') dump.push((await client.zrange(key, '0', '-1')).join('\n'));
  }
  client.disconnect();
  expect(dump.join('')).toContain('first');
  expect(dump.join('')).not.toMatch(/secret-(one|two|three|four)/);
  expect(dump.join('')).not.toContain(REAL_TOKEN);
});
