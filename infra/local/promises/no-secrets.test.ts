/**
 * Promise 6: nobody reads a secret. Real programs go through all that they do, good and bad, at the log level that says most; then
 * everything that they wrote is searched for every secret, in plain, URL-encoded, hex and base64 form.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, startProcess } from '@hooklane/local';
import {
  type Programs,
  type Receiver,
  type TestRedis,
  askRedis,
  eventually,
  startPrograms,
  startReceiver,
  startRedis,
} from '@hooklane/testkit';
import { type Collector, startCollector } from '../observability/collector.ts';
import { formsOf } from './leaks/forms.ts';
import { dumpRedis } from './leaks/redis-dump.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const NEXT = { timeoutMs: 30_000, everyMs: 100 };

/** By what it is; those that are made on the way are added. */
const secrets = new Map([
  ['API token', 'S3CRET-api-token+of/the=house'],
  ['secret key', Buffer.from('S3CRET-key-of-exactly-32-bytes!!').toString('base64')],
  ['raw secret key', 'S3CRET-key-of-exactly-32-bytes!!'],
  ['password of Redis', 'S3CRET-redis-password~1'],
  ['wrong password of Redis', 'S3CRET-wrong-redis-password'],
  ['secret of a webhook', 'S3CRET webhook/secret&standard?'],
  ['whsec secret', `whsec_${Buffer.from('S3CRET-bytes-of-a-whsec-secret').toString('base64')}`],
  ['github secret', 'S3CRET-github-secret'],
  ['token secret', 'S3CRET-token-in-a-header'],
  ['changed secret', 'S3CRET-changed-secret'],
  ['secret of notifications', 'S3CRET-notification-secret'],
  ['refused secret', 'whsec_S3CRET-not-base64!!'],
  ['wrong token', 'S3CRET-wrong-api-token'],
  ['wrong token of the console', 'S3CRET-wrong-console-token'],
  ['password in a URL', 'S3CRET-url-password'],
  ['secret of the command line', 'S3CRET-cli-webhook-secret'],
  ['header of the collector', 'S3CRET-collector-header'],
]);
const secret = (name: string): string => secrets.get(name) ?? '';

/** Everything that was written, by where. */
const written: { where: string; text: string }[] = [];
const note = (where: string, text: string): void => void written.push({ where, text });

let redis: TestRedis;
let receiver: Receiver;
let collector: Collector;
let programs: Programs;
let dir: string;
let env: Record<string, string>;

beforeAll(async () => {
  [redis, receiver, collector] = await Promise.all([startRedis(), startReceiver(), startCollector()]);
  dir = await mkdtemp(join(tmpdir(), 'hooklane-secrets-'));
  const password = secret('password of Redis');
  await askRedis(redis.port, `CONFIG SET requirepass ${password}`);
  env = {
    HOOKLANE_API_TOKEN: secret('API token'),
    HOOKLANE_SECRET_KEY: secret('secret key'),
    HOOKLANE_RETRY_SCHEDULE: '200ms,200ms',
    HOOKLANE_REQUEST_TIMEOUT: '500ms',
    HOOKLANE_DISABLE_AFTER: '2s',
    HOOKLANE_GRACE: '1s',
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${secret('header of the collector')}`,
  };
  programs = await startPrograms({
    redisUrl: urlWith(password),
    workers: 2,
    env,
    workerNodeArgs: ['--import', join(ROOT, 'infra', 'local', 'fixtures', 'crash-on-signal.ts')],
    onLine: (program, line) => note(`output of the ${program}`, line),
  });
}, 90_000);
afterAll(async () => {
  await programs.stop();
  await Promise.all([collector.close(), receiver.close(), redis.stop()]);
  await rm(dir, { recursive: true, force: true });
}, 60_000);

function urlWith(password: string): string {
  return `redis://default:${encodeURIComponent(password)}@127.0.0.1:${redis.port}`;
}

interface Answer {
  status: number;
  json: Record<string, unknown>;
  headers: Headers;
}

/** Calls the API and writes down all that it answers, except `shownOnce`: what a person must see this once. */
async function call(
  method: string,
  path: string,
  {
    body,
    token = secret('API token'),
    shownOnce = false,
    headers = {},
  }: {
    body?: unknown;
    token?: string;
    shownOnce?: boolean;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const answer = await fetch(new URL(path, programs.api), {
    method,
    headers: {
      connection: 'close',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!shownOnce) note(`${method} ${path}`, JSON.stringify([...answer.headers]) + text);
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: answer.status,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    headers: answer.headers,
  };
}

const SHOP = '/v1/accounts/jdoe/applications/shop';

async function addWebhook(name: string, path: string, more: object): Promise<string> {
  const body = { name, event: 'build.finished', url: receiver.url(path), ...more };
  const { status, json } = await call('POST', `${SHOP}/webhooks`, { body });
  expect(status).toBe(201);
  return String(json['id']);
}

function emit(id: string): Promise<Answer> {
  const body = { app_name: 'shop', build_num: '1', status: 'Success' };
  return call('POST', '/v1/events', { body: { account: 'jdoe', type: 'build.finished', id, body } });
}

async function settled(id: string): Promise<Answer> {
  return eventually(async () => {
    const found = await call('GET', `/v1/events/${id}`);
    const deliveries = found.json['deliveries'] as { status: string }[];
    expect(deliveries.length).toBeGreaterThan(0);
    expect(deliveries.filter(({ status }) => status === 'pending' || status === 'retrying')).toEqual([]);
    return found;
  }, NEXT);
}

const hooks: Record<string, string> = {};

test('The good way: webhooks of every profile, deliveries that fail and are dead, notices, tokens, sessions, a rotation', async () => {
  await call('PUT', SHOP, { body: { enabled: true } });
  const url = receiver.url('/ops');
  await call('PUT', '/v1/accounts/jdoe/notifications', {
    body: { url, secret: secret('secret of notifications') },
  });
  await call('POST', '/v1/accounts/jdoe/notifications/test');
  hooks['standard'] = await addWebhook('standard', '/standard', { secret: secret('secret of a webhook') });
  hooks['whsec'] = await addWebhook('whsec', '/whsec', { secret: secret('whsec secret') });
  hooks['github'] = await addWebhook('github', '/github', {
    secret: secret('github secret'),
    signing: 'github',
  });
  const byToken = { secret: secret('token secret'), signing: 'token', tokenHeader: 'x-token' };
  hooks['token'] = await addWebhook('token', '/token', byToken);
  receiver.answer('/whsec', { status: 500, body: 'no' });
  receiver.answer('/github', 'hang');
  receiver.answer('/token', 500, 'reset', 200);
  await emit('secrets-1');
  const found = await settled('secrets-1');
  for (const { id } of found.json['deliveries'] as { id: string }[])
    await call('GET', `/v1/deliveries/${id}`);

  await call('PATCH', `/v1/webhooks/${hooks['standard']}`, { body: { secret: secret('changed secret') } });
  const rotated = await call('POST', `/v1/webhooks/${hooks['standard']}/rotate-secret`, {
    body: {},
    shownOnce: true,
  });
  secrets.set('rotated secret', String(rotated.json['secret']));
  await call('POST', `/v1/webhooks/${hooks['token']}/test`);
  await call('POST', '/v1/dead-letters/redrive', { body: { filter: { account: 'jdoe' } } });
  const roles = { name: 'ci', roles: ['manage'], accounts: ['jdoe'] };
  const made = await call('POST', '/v1/tokens', { body: roles, shownOnce: true });
  secrets.set('made token', String(made.json['token']));
  await call('GET', '/v1/webhooks/x', { token: secret('made token') });
  const page = { 'x-hooklane-console': '1', 'sec-fetch-site': 'same-origin' };
  const session = { body: { token: secret('made token') }, token: '', headers: page };
  const signedIn = await call('POST', '/v1/session', { ...session, shownOnce: true });
  const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  secrets.set('session', cookie.split('=')[1] ?? '');
  await call('GET', '/v1/session', { token: '', headers: { cookie } });
  await call('DELETE', '/v1/session', { token: '', headers: { cookie, ...page } });
  await call('DELETE', `/v1/tokens/${String(made.json['id'])}`);
  await call('POST', '/v1/secrets/rekey', { body: {} });
  // The worker disables what fails for two seconds, and tells the people on call.
  await eventually(
    async () => {
      await emit(`secrets-more-${Date.now()}`);
      expect((await call('GET', `/v1/webhooks/${hooks['whsec']}`)).json['enabled']).toBe(false);
    },
    { timeoutMs: 40_000, everyMs: 250 },
  );
}, 120_000);

test('The bad way: what is refused, and what has a secret where none belongs', async () => {
  const webhook = { name: 'x', event: 'build.finished', url: 'https://example.com/' };
  const password = secret('password in a URL');
  const bad: unknown[] = [
    { ...webhook, secret: secret('refused secret') },
    { ...webhook, secret: `${secret('refused secret')}${'x'.repeat(5000)}` },
    { ...webhook, url: `https://user:${password}@example.com/` },
    { ...webhook, url: `https://user:${password}@[broken/` },
    { ...webhook, secret: [secret('refused secret')] },
    { ...webhook, sekret: secret('refused secret') },
    { ...webhook, signing: 'token', tokenHeader: 'a b', secret: secret('refused secret') },
    `{"name":"x","secret":"${secret('refused secret')}`,
    { ...webhook, secret: secret('refused secret'), event: 'nothing' },
  ];
  for (const body of bad) {
    expect((await call('POST', `${SHOP}/webhooks`, { body })).status).toBeGreaterThanOrEqual(400);
    await call('PATCH', `/v1/webhooks/${hooks['standard']}`, { body });
  }
  for (const token of [secret('wrong token'), `${secret('wrong token')}@%`]) {
    await call('GET', '/v1/nothing', { token });
    for (const path of ['/v1/tokens', '/v1/events/x']) {
      expect((await call('GET', path, { token })).status).toBe(401);
    }
  }
  const page = { 'x-hooklane-console': '1', 'sec-fetch-site': 'same-origin' };
  const wrong = { token: secret('wrong token of the console') };
  expect((await call('POST', '/v1/session', { body: wrong, token: '', headers: page })).status).toBe(401);
  await call('GET', '/v1/session', {
    token: '',
    headers: { cookie: `hooklane_session=${secret('wrong token')}` },
  });
  await call('GET', '/v1/session', {
    token: '',
    headers: { authorization: `Basic ${secret('wrong token')}` },
  });
}, 60_000);

test('The command line: settings, status, doctor, lists, a secret by each way, a wrong token', async () => {
  const file = join(dir, 'secret.txt');
  await writeFile(file, secret('secret of the command line'));
  const scope = ['--account', 'jdoe', '--application', 'shop', '--event', 'build.finished'];
  const url = ['--url', receiver.url('/cli')];
  const byFile = ['webhooks', 'add', ...scope, ...url, '--name', 'by-file', '--secret-file', file];
  const byFlag = ['webhooks', 'add', ...scope, ...url, '--name', 'by-flag'];
  const commands = [
    byFile,
    [...byFlag, '--secret', secret('secret of the command line')],
    ['webhooks', 'edit', hooks['standard'] ?? '', '--secret', secret('refused secret')],
    ...[
      'status',
      'doctor',
      'audit list',
      'tokens list',
      'deliveries list',
      'webhooks list --account jdoe',
    ].map((line) => line.split(' ')),
    ['notifications', 'show', '--account', 'jdoe'],
    ['deliveries', 'list', '--json'],
    ['secrets', 'rekey'],
    ['scopes', 'list', '--nonsense', secret('wrong token')].slice(0, 3),
  ];
  for (const args of commands) await runCli(args, secret('API token'));
  for (const args of [['status'], ['doctor'], ['tokens', 'list']]) await runCli(args, secret('wrong token'));
  await runCli(['status'], `${secret('wrong token')}\u2028`);
}, 180_000);

async function runCli(args: readonly string[], token: string): Promise<void> {
  const { origin } = new URL(programs.api);
  const child = await startProcess({
    name: 'cli',
    args: [join(ROOT, 'apps', 'cli', 'dist', 'main.js'), ...args],
    env: { PATH: process.env['PATH'], HOME: dir, HOOKLANE_URL: origin, HOOKLANE_API_TOKEN: token },
    cwd: dir,
    onLine: (line) => note(`hooklane ${args.slice(0, 2).join(' ')}`, line),
  });
  await child.ended;
}

test('Trouble: a worker dies of a bug, Redis refuses the password, is away, and settings are wrong', async () => {
  const [victim] = programs.workers;
  process.kill(victim?.pid ?? 0, 'SIGUSR2');
  expect(await victim?.ended).toMatchObject({ code: 1 });
  const wrong = urlWith(secret('wrong password of Redis'));
  await runProgram('worker', { REDIS_URL: wrong }, /WRONGPASS/);
  await runProgram('server', { REDIS_URL: wrong }, /WRONGPASS/);
  const key = secret('raw secret key');
  await runProgram('server', { HOOKLANE_SECRET_KEY: key }, /HOOKLANE_SECRET_KEY/);
  const other = Buffer.alloc(32, 1).toString('base64');
  await runProgram('worker', { HOOKLANE_SECRET_KEY: other }, /secret_key_mismatch/);
  await runProgram(
    'worker',
    { HOOKLANE_OTHER_SECRET_KEYS: `${secret('secret key')},x` },
    /OTHER_SECRET_KEYS/,
  );
  const [name, word] = [secret('wrong password of Redis'), secret('password of Redis')];
  await runProgram('worker', { REDIS_URL: `http://${name}:${word}@x` }, /REDIS_URL/);
  await runProgram('worker', { REDIS_URL: `redis://:${word}@[broken` }, /REDIS_URL/);

  await redis.pause();
  expect((await call('GET', '/v1/status')).status).toBe(503);
  expect((await emit('secrets-away')).status).toBe(503);
  await redis.resume();
  await eventually(async () => expect((await call('GET', '/v1/status')).status).toBe(200), NEXT);
}, 180_000);

/** Runs a program until it has said what it is expected to say. */
async function runProgram(
  name: 'server' | 'worker',
  more: Record<string, string>,
  says: RegExp,
): Promise<void> {
  const lines: string[] = [];
  const program = await startProcess({
    name,
    args: [join(ROOT, 'apps', name, 'dist', 'main.js')],
    env: {
      PATH: process.env['PATH'],
      ...env,
      HOOKLANE_DATA_DIR: dir,
      REDIS_URL: urlWith(secret('password of Redis')),
      PORT: String(await freePort()),
      ...more,
    },
    onLine(line) {
      lines.push(line);
      note(`output of a ${name} in trouble`, line);
    },
  });
  try {
    await eventually(() => expect(lines.join('\n')).toMatch(says), NEXT);
  } finally {
    await program.stop(5000);
  }
}

test('None of it shows a secret: output, answers, metrics, descriptions, spans, Redis', async () => {
  for (const path of [
    '/openapi.json',
    '/metrics',
    '/readyz',
    '/v1/audit?limit=200',
    '/v1/status',
    '/v1/doctor',
  ])
    await call('GET', path);
  for (const path of ['/v1/dead-letters', '/v1/notices', '/v1/redrives', '/v1/overview', '/v1/tokens', SHOP])
    await call('GET', path);
  await call('GET', '/v1/deliveries?limit=200');
  await call('GET', '/v1/accounts/jdoe/notifications');
  for (const id of Object.values(hooks)) await call('GET', `/v1/webhooks/${id}/health`);
  for (const address of programs.scraped.slice(0, 1).concat(programs.scraped.slice(2))) {
    note(`/metrics of ${address}`, await (await fetch(`http://${address}/metrics`)).text());
  }
  await eventually(() => expect(collector.spans.length).toBeGreaterThan(0), NEXT);
  note('spans', collector.text);
  const password = secret('password of Redis');
  const dump = await dumpRedis((command) => askRedis(redis.port, command, password));
  expect(dump).toContain('{h0}:webhook:');
  expect(dump.length).toBeGreaterThan(10_000);
  note('Redis', dump);

  // The search itself finds what is there.
  expect(
    formsOf(secret('API token')).some((form) => `Basic ${btoa(`x:${secret('API token')}`)}`.includes(form)),
  ).toBe(true);
  expect(written.length).toBeGreaterThan(300);
  expect(new Set(written.map(({ where }) => where.split(' ')[0])).size).toBeGreaterThan(6);
  const found: string[] = [];
  for (const [name, value] of secrets) {
    expect(value.length).toBeGreaterThan(12);
    const forms = formsOf(value);
    for (const { where, text } of written) {
      const form = forms.find((each) => text.includes(each));
      if (form !== undefined) found.push(`${name} in ${where}: …${around(text, form)}…`);
    }
  }
  expect(found).toEqual([]);
}, 60_000);

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return text.slice(Math.max(0, at - 120), at + form.length + 40);
}
