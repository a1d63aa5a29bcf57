import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createFastifyWebhookPlugin } from './fastify-plugin.ts';
import { createMemoryDedupe } from './memory-dedupe.ts';
import { createNodeWebhookHandler } from './node-handler.ts';
import type { WebhookHandlerOptions } from './receive.ts';
import { signRequest } from './sign-request.ts';
import { createWebhookHandler } from './web-handler.ts';

const SECRET = 'a shared secret';
const BODY = '{"app_name":"shop","build_num":"1","status":"Success"}';

type Sent = { method?: string; headers: Record<string, string>; body?: NonNullable<RequestInit['body']> };
/** One way to hand a request to a handler and get the answer. */
type Send = (sent: Sent) => Promise<Response>;

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function listen(options: WebhookHandlerOptions): Promise<string> {
  const receive = createNodeWebhookHandler(options);
  server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ways: [string, (options: WebhookHandlerOptions) => Promise<Send>][] = [
  [
    'web',
    async (options) => {
      const receive = createWebhookHandler(options);
      return (sent) => receive(new Request('http://receiver.test/hooks', streaming(sent)));
    },
  ],
  [
    'node:http',
    async (options) => {
      const url = await listen(options);
      return (sent) => fetch(url, streaming(sent));
    },
  ],
];

function streaming(sent: Sent): RequestInit {
  return { method: 'POST', body: BODY, duplex: 'half', ...sent };
}

function headers(attempt = 1, body = BODY): Record<string, string> {
  const timestampSec = Math.floor(Date.now() / 1000);
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestampSec),
    'hooklane-event': 'build.finished',
    'hooklane-delivery': 'evt_1.wh_1',
    'hooklane-attempt': String(attempt),
    ...signRequest({ profile: 'standard', secrets: [SECRET], id: 'evt_1', timestampSec, body }),
  };
}

/** A body that never ends. */
function endless(start: string): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(start)) });
}

function silent(): { errors: unknown[]; onError: (error: unknown) => void } {
  const errors: unknown[] = [];
  return { errors, onError: (error) => errors.push(error) };
}

describe.each(ways)('%s', (_way, open) => {
  test('operational events reach their functions, and those of pipelines do not mistake them', async () => {
    const heard: string[] = [];
    const body = JSON.stringify({
      type: 'webhook.disabled',
      timestamp: new Date().toISOString(),
      data: { account: 'jdoe', message: 'Webhook chat is disabled.' },
    });
    const send = await open({
      secrets: [SECRET],
      on: {
        'webhook.disabled': ({ event }) => void heard.push(event.data.message),
        'build.finished': () => void heard.push('a build'),
      },
    });
    const told = { ...headers(1, body), 'hooklane-event': 'webhook.disabled' };
    expect((await send({ headers: told, body })).status).toBe(204);
    // Signed, but the header was changed on the way.
    expect((await send({ headers: headers(1, body), body })).status).toBe(400);
    const other = { ...headers(1, body), 'hooklane-event': 'webhook.failing' };
    expect((await send({ headers: other, body })).status).toBe(400);
    expect(heard).toEqual(['Webhook chat is disabled.']);
  });

  test('work that fails is answered 500 without its message, and the next try is worked on', async () => {
    const attempts: number[] = [];
    const { errors, onError } = silent();
    const send = await open({
      secrets: [SECRET],
      dedupe: createMemoryDedupe(),
      onError,
      on: {
        'build.finished': async ({ attempt }) => {
          attempts.push(attempt);
          if (attempt === 1) throw new Error('the password is hunter2');
        },
      },
    });
    const failed = await send({ headers: headers(1) });
    expect([failed.status, await failed.text()]).toEqual([500, '{"reason":"handler_failed"}']);
    expect(errors).toEqual([new Error('the password is hunter2')]);
    expect((await send({ headers: headers(2) })).status).toBe(204);
    expect((await send({ headers: headers(3) })).status).toBe(200);
    expect(attempts).toEqual([1, 2]);
  });

  test('without a dedupe a repeat is worked on again', async () => {
    let count = 0;
    const send = await open({ secrets: [SECRET], on: { 'build.finished': () => void count++ } });
    for (const attempt of [1, 2]) expect((await send({ headers: headers(attempt) })).status).toBe(204);
    expect(count).toBe(2);
  });

  test('a try that comes while the last is at work is told to come again', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const send = await open({
      secrets: [SECRET],
      dedupe: createMemoryDedupe({ claimMs: 20_000 }),
      on: {
        'build.finished': () => {
          begun.resolve();
          return gate.promise;
        },
      },
    });
    const first = send({ headers: headers(1) });
    await begun.promise;
    const second = await send({ headers: headers(2) });
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '20']);
    gate.resolve();
    expect((await first).status).toBe(204);
    expect((await send({ headers: headers(3) })).status).toBe(200);
  });

  test('a dedupe that is away is answered 500 before any work; one that goes away after it is not', async () => {
    const { errors, onError } = silent();
    let count = 0;
    const on = { 'build.finished': () => void count++ };
    const forget = async (): Promise<void> => {};
    const away = (): Promise<never> => Promise.reject(new Error('away'));
    const send = await open({ secrets: [SECRET], on, onError, dedupe: { claim: away, forget } });
    expect((await send({ headers: headers() })).status).toBe(500);
    expect(count).toBe(0);
    server?.close();
    const claim = async () => ({ is: 'first', done: away, release: away }) as const;
    const later = await open({ secrets: [SECRET], on, onError, dedupe: { claim, forget } });
    expect((await later({ headers: headers() })).status).toBe(204);
    expect(count).toBe(1);
    expect(errors).toEqual([new Error('away'), new Error('away')]);
  });

  test('only a POST is taken', async () => {
    const send = await open({ secrets: [SECRET], on: {} });
    const answer = await send({ method: 'PUT', headers: headers() });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('a forged request never reaches the work', async () => {
    let count = 0;
    const send = await open({ secrets: ['another'], on: { 'build.finished': () => void count++ } });
    expect((await send({ headers: headers() })).status).toBe(401);
    expect((await send({ headers: {} })).status).toBe(401);
    expect(count).toBe(0);
  });

  test('a body that comes in pieces is put together', async () => {
    const send = await open({ secrets: [SECRET], on: {} });
    const pieces = BODY.split('').map((char) => Buffer.from(char));
    const body = Readable.toWeb(Readable.from(pieces));
    expect((await send({ headers: headers(), body: body })).status).toBe(204);
  });

  test('a body that does not come in time is answered 408', async () => {
    const send = await open({ secrets: [SECRET], on: {}, bodyTimeoutMs: 50 });
    const answer = await send({ headers: headers(), body: endless('{"app') });
    expect([answer.status, answer.headers.get('connection')]).toEqual([408, 'close']);
  });

  test('a body without an end is answered 413 and no longer read', async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const send = await open({ secrets: [SECRET], on: {}, maxBodyBytes: 2000, bodyTimeoutMs: 5000 });
    // A sender that goes on writing may find the connection reset before it sees the answer.
    const status = await send({ headers: headers(), body: body }).then(
      (answer) => answer.status,
      () => 'reset',
    );
    expect([413, 'reset']).toContain(status);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = pulled;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pulled).toBe(before);
  });

  test.each<[string, Partial<WebhookHandlerOptions>]>([
    ['no secret', { secrets: [] }],
    ['an empty secret', { secrets: [SECRET, ''] }],
    ['a secret that is no base64', { secrets: [SECRET, 'whsec_!'] }],
    ['no token header', { profile: 'token' }],
    ['a tolerance that is no number', { toleranceSec: Number.NaN }],
    ['no room for a body', { maxBodyBytes: 0 }],
    ['no time for a body', { bodyTimeoutMs: Number.NaN }],
    ['an event that does not exist', { on: { 'build.finish': () => {} } as object }],
  ])('%s is told at the start', async (_what, wrong) => {
    await expect(open({ secrets: [SECRET], on: {}, ...wrong })).rejects.toThrow(TypeError);
  });
});

test('a sender that hangs up in the middle leaves nothing behind, and others are served', async () => {
  const { errors, onError } = silent();
  const url = await listen({ secrets: [SECRET], on: {}, onError });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"app');
  await new Promise((resolve) => setTimeout(resolve, 30));
  socket.destroy();
  const answer = await fetch(url, { method: 'POST', headers: headers(), body: BODY });
  expect(answer.status).toBe(204);
  expect(errors).toEqual([]);
});

test('a large body on a keep-alive connection is answered 413 while it is still being sent', async () => {
  const url = await listen({ secrets: [SECRET], on: {} });
  const request = httpRequest(url, { method: 'POST', headers: headers() });
  request.end(Buffer.alloc(3 * 1024 * 1024));
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(413);
  response.resume();
});

describe('a body that was read before', () => {
  async function listenAfterParser(
    keep: (request: object, raw: Buffer) => void,
  ): Promise<[string, unknown[]]> {
    const { errors, onError } = silent();
    const receive = createNodeWebhookHandler({ secrets: [SECRET], on: {}, onError });
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        keep(request, Buffer.concat(chunks));
        void receive(request, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, errors];
  }

  test.each(['body', 'rawBody'])('is taken from "%s" when it was kept raw', async (field) => {
    const [url] = await listenAfterParser((request, raw) =>
      Object.assign(request, { body: {}, [field]: raw }),
    );
    expect((await fetch(url, { method: 'POST', headers: headers(), body: BODY })).status).toBe(204);
  });

  test('is a mistake of the receiver when it was parsed, told with the remedy', async () => {
    const [url, errors] = await listenAfterParser((request, raw) =>
      Object.assign(request, { body: JSON.parse(raw.toString()) }),
    );
    expect((await fetch(url, { method: 'POST', headers: headers(), body: BODY })).status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('express.json()') })]);
  });

  test('is the same mistake with a Request', async () => {
    const { errors, onError } = silent();
    const receive = createWebhookHandler({ secrets: [SECRET], on: {}, onError });
    const request = new Request('http://receiver.test/', { method: 'POST', headers: headers(), body: BODY });
    await request.json();
    expect((await receive(request)).status).toBe(500);
    expect(errors).toHaveLength(1);
  });
});

test('the plugin of Fastify checks its options before it is registered', () => {
  expect(() => createFastifyWebhookPlugin('/hooks', { secrets: [], on: {} })).toThrow(TypeError);
});
