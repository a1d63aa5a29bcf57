import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { ApiDelivery } from '../contract/deliveries.ts';
import { createClient } from '../http/create-client.ts';
import type { DeliveryNews } from './follow-deliveries.ts';

interface Asked {
  url: string;
  headers: IncomingHttpHeaders;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server whose answers are told one by one; the last goes on for ever. Each may write what it likes. */
async function serve(...answers: ((response: ServerResponse) => void)[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    answer?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, client: createClient({ url, token: 'a-token-of-mine', timeoutMs: 2000 }) };
}

function stream(...parts: string[]) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: 20\n: connected\n\n`);
    for (const part of parts) response.write(part);
  };
}
const thenEnd = (answer: (response: ServerResponse) => void) => (response: ServerResponse) => {
  answer(response);
  response.end();
};
function refuse(status: number, code: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(JSON.stringify({ status, code, detail: 'A detail.' }));
  };
}

const position = (id: string) => `event: position\nid: ${id}\ndata: {}\n\n`;
const DELIVERY: ApiDelivery = {
  id: 'evt_1.wh_1',
  eventId: 'evt_1',
  webhookId: 'wh_1',
  webhookName: 'chat',
  account: 'jdoe',
  scope: { kind: 'application', name: 'Büro' },
  event: 'build.started',
  status: 'pending',
  reason: null,
  createdAt: '2026-11-23T22:00:00.000Z',
  nextAttemptAt: null,
  lastAttemptAt: null,
  lastOutcome: null,
  lastStatusCode: null,
  attemptCount: 0,
  attempts: [],
};
const delivery = (more: object = {}) =>
  `event: delivery\ndata: ${JSON.stringify({ ...DELIVERY, ...more })}\n\n`;

/** The first news, in short. */
async function hear(news: AsyncIterable<DeliveryNews>, count: number): Promise<string[]> {
  const heard: string[] = [];
  for await (const one of news) {
    if (one.type === 'delivery') heard.push(`delivery ${one.delivery.id} ${one.delivery.scope.name}`);
    else if (one.type === 'left') heard.push(`left ${one.id}`);
    else if (one.type === 'interrupted') heard.push(`interrupted ${one.error.code}`);
    else heard.push(one.type);
    if (heard.length === count) break;
  }
  return heard;
}

test('deliveries are heard however the bytes are cut; comments and unknown events are passed over', async () => {
  const bytes = Buffer.from(
    `${position('1-0')}: still here\n\nevent: news\ndata: 1\n\n${delivery({ more: 1 })}event: left\ndata: {"id":"b"}\n\n`,
  );
  const { client, asked } = await serve((response) => {
    stream()(response);
    let at = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(at, (at += 7)));
      if (at >= bytes.length) clearInterval(timer);
    }, 1);
  });
  const news = client.followDeliveries({ account: 'jdoe', statusCode: 500 });
  expect(await hear(news, 3)).toEqual(['open', 'delivery evt_1.wh_1 Büro', 'left b']);
  expect(asked[0]?.url).toBe('/v1/deliveries/stream?account=jdoe&statusCode=500');
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer a-token-of-mine',
    accept: expect.stringContaining('text/event-stream'),
  });
  expect(asked[0]?.headers['last-event-id']).toBeUndefined();
});

test('a stream that breaks is resumed at the last position that was heard to its end', async () => {
  const { client, asked } = await serve(
    thenEnd(stream(position('1-0'), delivery(), position('1-1'), 'event: delivery\nid: 9-9\ndata: {"id"')),
    (response) => response.destroy(),
    refuse(503, 'too_many_streams'),
    stream('event: gap\nid: 2-0\ndata: {}\n\n', delivery({ id: 'evt_2.wh_1' })),
  );
  expect(await hear(client.followDeliveries(), 7)).toEqual([
    'open',
    'delivery evt_1.wh_1 Büro',
    'interrupted unreachable',
    'interrupted unreachable',
    'interrupted too_many_streams',
    'gap',
    'delivery evt_2.wh_1 Büro',
  ]);
  expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1-1', '1-1', '1-1']);
}, 20_000);

test('the wait is what the server asks for, and more with every failure', async () => {
  const { client } = await serve(refuse(503, 'too_many_streams', { 'retry-after': '15' }));
  const first = (await client.followDeliveries().next()).value;
  expect(first).toMatchObject({ type: 'interrupted', waitMs: 15_000 });

  const broken = await serve((response) => response.destroy());
  const waits: number[] = [];
  for await (const news of broken.client.followDeliveries()) {
    if (news.type === 'interrupted') waits.push(news.waitMs);
    if (waits.length === 2) break;
  }
  expect(waits[0]).toBeGreaterThanOrEqual(500);
  expect(waits[0]).toBeLessThanOrEqual(1000);
  expect(waits[1]).toBeGreaterThanOrEqual(1000);
  expect(waits[1]).toBeLessThanOrEqual(2000);
}, 20_000);

test.each([
  ['a token that is refused', refuse(401, 'unauthorized'), 'unauthorized'],
  ['a filter that is refused', refuse(422, 'invalid_field'), 'invalid_field'],
  [
    'an answer that is no stream',
    (response: ServerResponse) => void response.end('<html>'),
    'unexpected_answer',
  ],
  ['a delivery that is none', stream('event: delivery\ndata: {"id":"x"}\n\n'), 'unexpected_answer'],
  ['a message without end', stream(`data: ${'x'.repeat(9 * 1024 * 1024)}`), 'unexpected_answer'],
])(
  '%s is thrown',
  async (_name, answer, code) => {
    const { client } = await serve(answer);
    await expect(hear(client.followDeliveries(), 1)).rejects.toMatchObject({ name: 'ApiError', code });
  },
  20_000,
);

test('a server that does not begin to answer is an interruption: timeout', async () => {
  const { client } = await serve(() => undefined);
  expect(await hear(client.followDeliveries(), 1)).toEqual(['interrupted timeout']);
}, 20_000);

test('the signal ends it while it listens and while it waits, and the connection is closed', async () => {
  const closed = Promise.withResolvers<true>();
  const { client } = await serve((response) => {
    response.on('close', () => closed.resolve(true));
    stream(position('1-0'))(response);
  });
  const ending = new AbortController();
  const news = client.followDeliveries({}, { signal: ending.signal });
  expect((await news.next()).value).toEqual({ type: 'open' });
  const next = news.next();
  ending.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(await closed.promise).toBe(true);

  const waiting = new AbortController();
  const refused = (await serve(refuse(503, 'too_many_streams', { 'retry-after': '60' }))).client;
  const later = refused.followDeliveries({}, { signal: waiting.signal });
  await later.next();
  const never = later.next();
  waiting.abort();
  expect(await never).toEqual({ done: true, value: undefined });
}, 20_000);
