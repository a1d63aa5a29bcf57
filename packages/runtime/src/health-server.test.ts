import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startHealthServer } from './health-server.ts';
import type { HealthServer, HealthServerOptions } from './health-server.ts';

const servers: HealthServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: Partial<HealthServerOptions> = {}): Promise<string> {
  const server = await startHealthServer({
    port: 0,
    host: '127.0.0.1',
    ready: () => Promise.resolve({ ok: true, problems: [] }),
    metrics: { text: () => Promise.resolve('a_metric 1\n'), contentType: 'text/plain; version=0.0.4' },
    ...options,
  });
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

test('alive, ready and metrics answer', async () => {
  const url = await start();
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
  expect(await (await fetch(`${url}/readyz?verbose`)).json()).toEqual({ ok: true, problems: [] });
  const metrics = await fetch(`${url}/metrics`);
  expect(await metrics.text()).toBe('a_metric 1\n');
  expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
  const head = await fetch(`${url}/readyz`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('not ready answers 503 and says why; so does a check that throws', async () => {
  const problems = ['Redis cannot be reached.'];
  const url = await start({ ready: () => Promise.resolve({ ok: false, problems }) });
  const answer = await fetch(`${url}/readyz`);
  expect([answer.status, await answer.json()]).toEqual([503, { ok: false, problems }]);
  const broken = await start({ ready: () => Promise.reject(new Error('boom')) });
  expect(await (await fetch(`${broken}/readyz`)).json()).toEqual({
    ok: false,
    problems: ['The check failed: Error: boom'],
  });
});

test('a check that never ends counts as not ready within 2 s', async () => {
  const url = await start({ ready: () => new Promise(() => {}) });
  const startedAt = performance.now();
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(12_000);
});

test('other paths and methods are refused as problem+json', async () => {
  const url = await start();
  for (const path of ['/', '/v1/events', '/constructor', '/__proto__']) {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  }
  const post = await fetch(`${url}/healthz`, { method: 'POST', body: 'x'.repeat(100_000) });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await post.json()).toMatchObject({ code: 'method_not_allowed' });
});

test('metrics that fail answer 500, the server lives on', async () => {
  const url = await start({
    metrics: { text: () => Promise.reject(new Error('no numbers')), contentType: 'text/plain' },
  });
  expect((await fetch(`${url}/metrics`)).status).toBe(500);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('headers have a bound', async () => {
  const url = await start();
  const answer = await fetch(`${url}/healthz`, { headers: { 'x-big': 'x'.repeat(9000) } });
  expect(answer.status).toBe(431);
});

test('closing ends idle connections too', async () => {
  const url = await start();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await servers.splice(0)[0]?.close();
  await closed;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
});

test('a taken port is told as a setting that the operator can mend', async () => {
  const port = Number(new URL(await start()).port);
  await expect(start({ port })).rejects.toMatchObject({
    code: 'invalid_setting',
    field: 'PORT',
    message: expect.stringMatching(`PORT is ${port}, which this program cannot listen on: .*EADDRINUSE`),
  });
});
