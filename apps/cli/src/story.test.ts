import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, startPrograms, startReceiver, startRedis } from '@hooklane/testkit';
import type { Receiver } from '@hooklane/testkit';
import { startCli, written } from './testing/run-cli.ts';
import type { Finished, Running } from './testing/run-cli.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FIXTURES = join(ROOT, 'packages', 'core', 'fixtures');
const APP = ['--account', 'jdoe', '--application', 'rubyubunturbenvapp'];
const ENV = ['--account', 'jdoe', '--environment', 'rubyubunturbenvapp-beta'];
const TOKEN = 'hl_token-that-nobody-may-read-0123';
const SECRET = 'a-shared-secret-that-nobody-may-read';

let house: House;
let receiver: Receiver;

beforeAll(async () => {
  [house, receiver] = await Promise.all([openHouse(), startReceiver()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([house.close(), receiver.close()]);
}, 30_000);

const fixture = (type: string) => join(FIXTURES, `${type}.json`);
const emit = (type: string, ...more: string[]) =>
  house.run('emit', type, '--account', 'jdoe', '--file', fixture(type), ...more);
const json = async <T>(...args: string[]): Promise<T> =>
  JSON.parse((await house.run(...args, '--json')).stdout) as T;

test('webhooks are added, and the off switch is told', async () => {
  const secretFile = join(house.dir, 's.txt');
  await writeFile(secretFile, `${SECRET}\n`);
  for (const [type, scope] of [
    ['build.started', APP],
    ['build.finished', APP],
    ['deploy.started', ENV],
    ['deploy.finished', ENV],
  ] as const) {
    const name = type.replace('.', '-');
    const url = receiver.url(`/${name}`);
    const added = await house.run(
      'webhooks',
      'add',
      ...scope,
      '--name',
      name,
      '--event',
      type,
      '--url',
      url,
      '--secret-file',
      secretFile,
    );
    expect(added).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('hooklane scopes enable --account jdoe'),
    });
    expect(added.stdout).toContain(`Url\t${url}`);
  }
  const nobody = await emit('build.started', '--wait', '--require-match');
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('scope_disabled') });
  for (const scope of [APP, ENV])
    expect(await house.run('scopes', 'enable', ...scope)).toMatchObject({ code: 0 });
  const scopes = await house.run('scopes', 'list');
  expect(scopes.stdout.split('\n').slice(0, 3)).toEqual([
    'account\tkind\tname\twebhooks\tswitch',
    'jdoe\tapplication\trubyubunturbenvapp\t2\ton',
    'jdoe\tenvironment\trubyubunturbenvapp-beta\t2\ton',
  ]);
}, 40_000);

test('the four events reach their webhooks, byte for byte as far as JSON goes', async () => {
  for (const type of ['build.started', 'build.finished', 'deploy.started', 'deploy.finished']) {
    const told = await emit(type, '--wait', '30s');
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^evt_\w+\n$/) });
    expect(told.stderr).toContain(`${type.replace('.', '-')}: 200 after 1 try, delivered`);
    const id = told.stdout.trim();
    const shown = await house.run('events', 'show', id);
    expect(shown.stdout).toContain(`Event\t${id}`);
    expect(shown.stdout).toContain('delivered');
  }
  const { items } = await json<{ items: { status: string }[] }>(
    'deliveries',
    'list',
    '--status',
    'delivered',
  );
  expect(items.map(({ status }) => status)).toEqual(Array(4).fill('delivered'));
}, 120_000);

test('a body keeps its digits, escapes and order on the way through the command line', async () => {
  const file = join(house.dir, 'digits.json');
  await writeFile(
    file,
    '{"app_name":"rubyubunturbenvapp","build_num":"1","status":"Queued","big":12345678901234567890,"one":1.0,"2":"\\u00e9","1":{}}',
  );
  const told = await house.run('emit', 'build.started', '--account', 'jdoe', '--file', file, '--wait');
  expect(told.code).toBe(0);
  expect(receiver.requests.at(-1)?.body).toContain(
    '"big":12345678901234567890,"one":1.0,"2":"\\u00e9","1":{}}',
  );
}, 20_000);

test('a broken receiver: retries are seen, then the dead letter, then it is redriven', async () => {
  receiver.answer('/build-finished', { status: 500, body: 'no\u001b[2Jroom' });
  const told = await emit('build.finished', '--wait', '30s', '--id', 'build-1');
  expect(told).toMatchObject({ code: 1 });
  expect(told.stderr).toMatch(/build-finished: 500 after 1 try, retrying, next try/);
  expect(told.stderr).toContain('build-finished: 500 after 3 tries, dead: every try failed (exhausted)');
  const [dead] = (await json<{ items: { id: string }[] }>('dead-letters', 'list', ...APP)).items;
  const shown = await house.run('deliveries', 'show', dead?.id ?? '');
  expect(shown.stdout.match(/^#\d .* 500 {2}rejected .* the receiver's fault$/gm)).toHaveLength(3);
  expect(shown.stdout).toContain(String.raw`| no\x1b[2Jroom`);
  expect(shown.stdout).not.toContain('\u001b');

  // Each filter finds it, and what does not fit it finds nothing.
  const found = async (...args: string[]): Promise<string[]> =>
    (await json<{ items: { id: string }[] }>(...args)).items.map(({ id }) => id);
  const [id, nothing] = [[dead?.id], []];
  await Promise.all([
    expect(found('dead-letters', 'list', '--account', 'JDoe')).resolves.toEqual(id),
    expect(found('deliveries', 'list', '--account', 'jdoe', '--status', 'dead')).resolves.toEqual(id),
    expect(found('dead-letters', 'list', '--reason', 'exhausted')).resolves.toEqual(id),
    expect(found('dead-letters', 'list', '--account', 'nobody')).resolves.toEqual(nothing),
    expect(found('deliveries', 'list', '--status', 'dead', '--reason', 'gone')).resolves.toEqual(nothing),
    expect(found('dead-letters', 'list', '--status-code', '0')).resolves.toEqual(nothing),
    expect(json('dead-letters', 'redrive', '--account', 'jdoe', '--dry-run')).resolves.toEqual({
      matched: 1,
    }),
    expect(json('dead-letters', 'redrive', '--reason', 'gone', '--dry-run')).resolves.toEqual({ matched: 0 }),
  ]);

  const counted = await house.run('dead-letters', 'redrive', ...APP, '--dry-run');
  expect(counted).toMatchObject({
    code: 0,
    stdout: '1 dead letter (application rubyubunturbenvapp of jdoe).\n',
  });
  expect(await house.run('dead-letters', 'redrive', ...APP)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  });
  expect(await house.run('dead-letters', 'redrive')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--all'),
  });

  receiver.answer('/build-finished', 200);
  const redriven = await house.run('dead-letters', 'redrive', ...APP, '--yes');
  expect(redriven).toMatchObject({ code: 0, stdout: expect.stringContaining('Sent again\t1 of 1') });
  const redriveId = /^Redrive\t(\S+)$/m.exec(redriven.stdout)?.[1] ?? '';
  expect(await house.run('redrives', 'show', redriveId, '--follow')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('done'),
  });
  await eventually(async () => {
    expect(await house.run('dead-letters', 'list')).toMatchObject({
      code: 0,
      stderr: 'No dead letter matches.\n',
    });
    expect((await json<{ status: string }>('deliveries', 'show', dead?.id ?? '')).status).toBe('delivered');
  });
  const again = await house.run('deliveries', 'redeliver', dead?.id ?? '', '--wait');
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('delivered') });
}, 120_000);

test('what is discarded is closed and not sent', async () => {
  receiver.answer('/build-started', 410);
  expect(await emit('build.started', '--wait')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('gone'),
  });
  const before = receiver.received;
  const because = 'the\u001b[2J shop is gone';
  const discard = ['dead-letters', 'discard', '--reason', 'gone', '--because', because, '--yes'];
  const discarded = await house.run(...discard);
  expect(discarded).toMatchObject({ code: 0, stdout: expect.stringContaining('Discarded\t1 of 1') });
  expect(discarded.stdout).toContain(String.raw`Because${'\t'}the\x1b[2J shop is gone`);
  expect(receiver.received).toBe(before);
  const shown = await house.run('webhooks', 'show', 'build-started', ...APP);
  expect(shown.stdout).toMatch(/^State\tdisabled\nBecause\t/m);
  expect(await house.run('webhooks', 'test', 'build-started', ...APP)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^webhook_disabled: .*\nEnable it first/),
  });
  expect(await house.run('webhooks', 'enable', 'build-started', ...APP)).toMatchObject({ code: 0 });
}, 40_000);

test('a wait that is over ends with 4', async () => {
  receiver.answer('/deploy-started', { status: 200, delayMs: 3000 });
  expect(await emit('deploy.started', '--wait', '500ms')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('hooklane events show evt_'),
  });
}, 20_000);

test('Ctrl-C ends a wait with 130', async () => {
  const file = fixture('deploy.started');
  const waiting = house.start('emit', 'deploy.started', '--account', 'jdoe', '--file', file, '--wait', '30s');
  await eventually(() => expect(waiting.text()).toContain('evt_'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  waiting.interrupt();
  expect(await waiting.ended).toMatchObject({ code: 130, stderr: '' });
}, 20_000);

test('a test send shows what came of it, and its exit code says it', async () => {
  receiver.answer('/build-finished', 503, 200);
  const failed = await house.run('webhooks', 'test', 'build-finished', ...APP);
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^#1 .* 503 {2}rejected/) });
  const passed = await house.run('webhooks', 'test', 'BUILD-FINISHED', ...APP);
  expect(passed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^#1 .* 200 {2}ok .*\ndelivered\n$/),
  });
}, 30_000);

test('a webhook is edited, disabled and deleted; deleting asks first', async () => {
  const target = ['build-started', ...APP];
  const url = receiver.url('/other');
  expect(await house.run('webhooks', 'edit', ...target, '--url', url, '--remove-secret')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Signing\tnone: it has no secret'),
  });
  expect((await house.run('webhooks', 'list', ...APP)).stdout).toContain(`\t${url}\t`);
  expect(await house.run('webhooks', 'edit', ...target)).toMatchObject({ code: 2 });
  expect(await house.run('webhooks', 'disable', ...target)).toMatchObject({ code: 0 });
  expect(await house.run('webhooks', 'delete', ...target)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  });
  expect(await house.run('webhooks', 'delete', ...target, '--yes')).toMatchObject({ code: 0 });
  expect(await house.run('webhooks', 'show', ...target)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^not_found: /),
  });
}, 40_000);

test('tail shows what happens as the server tells it, and Ctrl-C ends it with 0', async () => {
  const tail = house.start('deliveries', 'tail', '--account', 'jdoe', '--lines', '1', '--json');
  // The last one before is shown once the stream stands.
  await eventually(() => expect(tail.text()).toContain('\n'), { timeoutMs: 20_000 });
  const { stdout } = await emit('deploy.finished', '--wait');
  await eventually(() => expect(tail.text()).toContain(`"eventId":"${stdout.trim()}"`), {
    timeoutMs: 20_000,
  });
  await eventually(() => expect(tail.text().trim().split('\n').at(-1)).toContain('"status":"delivered"'));
  tail.interrupt();
  const { code, stdout: lines, stderr } = await tail.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const seen = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { eventId: string; status: string });
  expect(seen.at(-1)).toMatchObject({ eventId: stdout.trim(), status: 'delivered' });
}, 60_000);

test('listen verifies, answers its script in order, and shows each try', async () => {
  const secretFile = join(house.dir, 's.txt');
  const listen = startCli([
    'listen',
    '--port',
    '0',
    '--secret-file',
    secretFile,
    '--answer',
    '500,204',
    '--count',
    '3',
    '--json',
  ]);
  const port = await eventually(() => {
    const found = /:(\d+)\//.exec(listen.text())?.[1];
    expect(found).toBeDefined();
    return found ?? '';
  });
  const url = `http://127.0.0.1:${port}/hook`;
  const added = ['webhooks', 'add', ...APP, '--name', 'local', '--event', 'build.started', '--url', url];
  expect(await house.run(...added, '--secret', SECRET)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('process list'),
  });
  expect(await emit('build.started', '--wait')).toMatchObject({ code: 0 });
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  const { code, stdout } = await listen.ended;
  expect(code).toBe(0);
  const heard = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(heard.map(({ status, verified, reason }) => [status, verified, reason])).toEqual([
    [500, true, null],
    [204, true, null],
    [401, false, 'missing_header'],
  ]);
}, 40_000);

test('doctor examines the way to the server', async () => {
  const { code, stdout } = await house.run('doctor');
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ok       token: The server accepts the token.'),
  });
  expect(stdout).toContain('clock: The clocks of the server and of this machine differ by');
  const wrong = await startCli(['doctor'], {
    env: { HOOKLANE_URL: house.url, HOOKLANE_API_TOKEN: 'wrong-token-of-mine' },
  }).ended;
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('error    token: unauthorized: ') });
  expect(wrong.stdout + wrong.stderr).not.toContain('wrong-token-of-mine');
  const silent = await startCli(['doctor'], {
    env: { HOOKLANE_URL: 'http://127.0.0.1:9', HOOKLANE_API_TOKEN: TOKEN },
  }).ended;
  expect(silent.code).toBe(3);
}, 30_000);

test('status tells, or says that the server is older', async () => {
  const status = await house.run('status');
  if (status.code === 0) expect(status.stdout).toMatch(/^Server\t/);
  else expect(status).toMatchObject({ code: 1, stderr: expect.stringMatching(/^server_too_old: /) });
}, 20_000);

test('login keeps the token for the owner alone, and only for that server', async () => {
  const home = { HOME: house.dir, XDG_CONFIG_HOME: join(house.dir, 'config') };
  const login = await startCli(['login', '--url', house.url], { env: home, input: `${TOKEN}\n` }).ended;
  expect(login).toMatchObject({ code: 0, stdout: expect.stringContaining('config.json') });
  expect(await startCli(['scopes', 'list'], { env: home }).ended).toMatchObject({ code: 0 });
  const elsewhere = await startCli(['scopes', 'list', '--url', 'http://127.0.0.1:9'], { env: home }).ended;
  expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringMatching(/^no_token: /) });
  const refused = await startCli(['login', '--url', house.url], { env: home, input: 'not-the-right-token' })
    .ended;
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^unauthorized: /) });
}, 30_000);

test.each([
  ['the environment', false],
  ['the file that login wrote', true],
])(
  'a token from %s is not on the process list',
  async (_from, fromFile) => {
    const env = fromFile
      ? { HOME: house.dir, XDG_CONFIG_HOME: join(house.dir, 'config') }
      : { HOOKLANE_API_TOKEN: TOKEN };
    const tail = startCli(['deliveries', 'tail', '--url', house.url], { env });
    await eventually(() => expect(tail.text()).toContain('\n'), { timeoutMs: 20_000 });
    const list = execFileSync('ps', ['-ef'], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
    tail.interrupt();
    expect(await tail.ended).toMatchObject({ code: 0, stderr: '' });
    expect(list).toContain(`deliveries tail --url ${house.url}`);
    expect(list).not.toContain(TOKEN);
  },
  40_000,
);

test('neither the token nor a secret was ever written', () => {
  expect(written.length).toBeGreaterThan(60);
  for (const text of written) {
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(SECRET);
  }
});

interface House {
  url: string;
  /** Runs `hooklane` against it. */
  run: (...args: string[]) => Promise<Finished>;
  start: (...args: string[]) => Running;
  dir: string;
  close: () => Promise<void>;
}

/** The real server and worker on a Redis of their own; two retries, a fifth of a second apart. */
async function openHouse(): Promise<House> {
  const redis = await startRedis();
  const dir = await mkdtemp(join(tmpdir(), 'hooklane-cli-'));
  const env = { HOOKLANE_API_TOKEN: TOKEN, HOOKLANE_RETRY_SCHEDULE: '200ms,200ms', HOOKLANE_GRACE: '1s' };
  const programs = await startPrograms({ redisUrl: redis.url, env });
  const url = new URL(programs.api).origin;
  const start = (...args: string[]) =>
    startCli(args, { env: { HOOKLANE_URL: url, HOOKLANE_API_TOKEN: TOKEN, HOME: dir }, cwd: dir });
  const close = async (): Promise<void> => {
    await programs.stop();
    await redis.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { url, dir, close, start, run: (...args) => start(...args).ended };
}
