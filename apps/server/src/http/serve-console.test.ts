import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeTestServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const PAGE = '<!doctype html><title>Hooklane</title><script type="module" src="/assets/main-a1.js"></script>';
const SCRIPT = 'console.log("hello");'.repeat(100);

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'assets/main-a1.js'), SCRIPT);
  await writeFile(join(folder, 'assets/main-a1.js.br'), brotliCompressSync(SCRIPT));
  server = makeTestServer({ consoleDir: folder });
});
afterAll(async () => {
  await server.app.close();
  await rm(folder, { recursive: true });
});

const BROWSER = { authorization: '', accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('A console that is built', () => {
  test.each(['/', '/deliveries', '/scopes/jdoe/application/a%2Fb?status=dead', '/v1x'])(
    '%s is its page, which a browser asks for again',
    async (url) => {
      const { status, headers, text } = await server.ask('GET', url, undefined, BROWSER);
      expect({ status, text }).toEqual({ status: 200, text: PAGE });
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['x-frame-options']).toBe('DENY');
    },
  );

  test.each(['/v1', '/v1/nothing', '/docs/nothing', '/assets/gone-b2.js', '/healthz/x', '/V1/scopes'])(
    '%s is none, and says so',
    async (url) => {
      const headers = { ...BROWSER, authorization: 'Bearer test-token-0123456789' };
      expect(await server.ask('GET', url, undefined, headers)).toMatchObject({ status: 404 });
    },
  );

  test('a program that asks for what is not there gets a problem, not a page', async () => {
    expect(await server.ask('GET', '/deliveries')).toMatchObject({
      status: 404,
      json: { code: 'not_found' },
    });
    expect((await server.ask('POST', '/deliveries', {}, BROWSER)).status).toBe(404);
  });

  test('what has its digest in its name is kept for ever, all else is asked for again', async () => {
    const script = await server.ask('GET', '/assets/main-a1.js', undefined, BROWSER);
    expect(script).toMatchObject({ status: 200, text: SCRIPT });
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(script.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(script.headers['x-content-type-options']).toBe('nosniff');
    const icon = await server.ask('GET', '/favicon.svg', undefined, BROWSER);
    expect(icon.headers['cache-control']).toBe('no-cache');
    expect(icon.headers['content-type']).toMatch(/^image\/svg/);
  });

  test('what the build compressed goes out so', async () => {
    const answer = await server.app.inject({
      url: '/assets/main-a1.js',
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(answer.headers['content-encoding']).toBe('br');
    expect(answer.headers['vary']).toBe('accept-encoding');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(SCRIPT);
  });

  test.each(['/../package.json', '/assets/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/.env'])(
    'no address leads out of its folder: %s',
    async (url) => {
      const { status, text } = await server.ask('GET', url);
      expect([400, 403, 404]).toContain(status);
      expect(text).not.toContain('root:');
    },
  );
});

test('Without a build / says how to make one, and where the API is', async () => {
  const bare = makeTestServer({ consoleDir: join(folder, 'nowhere') });
  const { status, text } = await bare.ask('GET', '/', undefined, BROWSER);
  expect(status).toBe(200);
  expect(text).toContain('npx -y pnpm@12 build');
  expect(text).toContain('href="/docs"');
  expect((await bare.ask('GET', '/deliveries', undefined, BROWSER)).status).toBe(404);
  await bare.app.close();
});
