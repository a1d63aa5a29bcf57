import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { sampleWebhook } from './testing/memory-ports.ts';
import { TOKEN, makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

let server: TestServer;
let port: number;
beforeEach(async () => {
  server = makeTestServer();
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  port = (server.app.server.address() as AddressInfo).port;
});
afterEach(() => server.app.close());

/** Writes a text to a fresh connection and reads until its end. */
async function speak(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  const chunks: string[] = [];
  socket.on('data', (chunk: string) => chunks.push(chunk));
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return chunks.join('');
}

function request(line: string, headers: readonly string[], body = ''): string {
  const all = ['host: localhost', 'connection: close', `authorization: Bearer ${TOKEN}`, ...headers];
  return `${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`;
}

test('an event goes in over a real connection', async () => {
  const body = '{"account":"jdoe","type":"build.started","body":{"build_num":1,"x":1.0}}';
  const answer = await speak(
    request('POST /v1/events', ['content-type: application/json', `content-length: ${body.length}`], body),
  );
  expect(answer).toMatch(/^HTTP\/1.1 202 /);
  expect(server.state.emitted[0]?.rawBody).toBe('{"build_num":1,"x":1.0}');
});

test('fetch reads and changes a webhook', async () => {
  server.state.webhooks.set('wh_01', sampleWebhook());
  const answer = await fetch(`http://127.0.0.1:${port}/v1/webhooks/wh_01`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ enabled: false }),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ enabled: false });
});

test('a DELETE answers 204 without a body', async () => {
  server.state.webhooks.set('wh_01', sampleWebhook());
  const answer = await speak(request('DELETE /v1/webhooks/wh_01', []));
  expect(answer).toMatch(/^HTTP\/1.1 204 No Content\r\n/);
  expect(answer).toMatch(/\r\n\r\n$/);
});

test('bytes that are no UTF-8 are refused and not mended', async () => {
  const body = '{"account":"\xff"}';
  const answer = await speak(
    request('POST /v1/events', ['content-type: application/json', `content-length: ${body.length}`], body),
  );
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toContain('The body is not UTF-8.');
});

test('what is no HTTP gets a problem and the end of the connection', async () => {
  const answer = await speak('HELLO\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toContain('application/problem+json');
  expect(answer).toContain('"code":"invalid_request"');
});

test('headers of 16 KiB and more are refused', async () => {
  const answer = await speak(request('GET /healthz', [`x-pad: ${'x'.repeat(17_000)}`]));
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toContain('The headers of a request may have 16384 bytes together; these have more.');
  for (const header of [
    'x-content-type-options: nosniff',
    "content-security-policy: default-src 'none'",
    'cache-control: no-store',
  ]) {
    expect(answer).toContain(header);
  }
});

test('a body that is announced too large is refused before it is sent', async () => {
  const headers = ['content-type: application/json', 'content-length: 999999999'];
  expect(await speak(request('POST /v1/events', headers))).toMatch(/^HTTP\/1.1 413 /);
});

test('requests that are open are answered when the server closes', async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  server.state.readiness = new Proxy(server.state.readiness, {
    get: (target, key) => (key === 'then' ? wait : Reflect.get(target, key)),
  });
  function wait(resolve: (value: unknown) => void): void {
    entered.resolve();
    void gate.promise.then(() => resolve({ ok: true, version: '7', problems: [] }));
  }
  const answer = fetch(`http://127.0.0.1:${port}/readyz`);
  await entered.promise;
  const closing = server.app.close();
  gate.resolve();
  expect((await answer).status).toBe(200);
  await closing;
});

test.each([
  ['headers', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: '],
  [
    'a body',
    'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{',
  ],
])(
  '%s that come drop by drop have an end',
  async (_what, start) => {
    await server.app.close();
    server = makeTestServer({ requestTimeoutMs: 600 });
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    port = (server.app.server.address() as AddressInfo).port;
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write(start);
    const drip = setInterval(() => socket.write('x'), 100);
    const begun = performance.now();
    await once(socket, 'close');
    clearInterval(drip);
    // Node alone would look after 30 s.
    expect(performance.now() - begun).toBeLessThan(6000);
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  },
  60_000,
);
