/** `tokens`, `audit` and `secrets` against the real programs. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askRedis, startPrograms, startRedis } from '@hooklane/testkit';
import type { Programs, TestRedis } from '@hooklane/testkit';
import { startCli } from './testing/run-cli.ts';
import type { Finished } from './testing/run-cli.ts';

const OLD_KEY = Buffer.alloc(32, 7).toString('base64');
const NEW_KEY = Buffer.alloc(32, 8).toString('base64');
const APP = ['--account', 'jdoe', '--application', 'shop'];

let redis: TestRedis;
let programs: Programs;
beforeAll(async () => {
  redis = await startRedis();
  programs = await startPrograms({ redisUrl: redis.url, workers: 0 });
}, 60_000);
afterAll(async () => {
  await programs.stop();
  await redis.stop();
}, 30_000);

/** With the token of the house, unless another is given. */
function run(args: readonly string[], token = programs.token, input = ''): Promise<Finished> {
  const env = { HOOKLANE_URL: new URL(programs.api).origin, HOOKLANE_API_TOKEN: token };
  return startCli(args, { env, input }).ended;
}
const words = (line: string): string[] => line.split(' ');

test('a token is made, shown once, works within its bounds, is listed with its last use, and ends when it is revoked', async () => {
  const made = await run([
    'tokens',
    'add',
    '--name',
    'ci of shop',
    '--role',
    'read',
    'emit',
    '--account',
    'jdoe',
  ]);
  expect(made.code).toBe(0);
  const token = made.stdout.trim();
  expect(token).toMatch(/^hlk_[\w-]{43}$/);
  const id = /^Made (tok_[0-9a-f]{20})\. Keep the token now: it is not shown again\.\n$/.exec(
    made.stderr,
  )?.[1];
  expect(id).toBeDefined();

  expect(await run(words('deliveries list'), token)).toMatchObject({ code: 0 });
  const foreign = await run(words('scopes list --account other'), token);
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringMatching(/^foreign_account: /) });
  const change = await run(['scopes', 'enable', ...APP], token);
  expect(change).toMatchObject({ code: 1, stderr: expect.stringMatching(/^missing_role: .*manage/) });

  const list = await run(words('tokens list'));
  const [head, row] = list.stdout.split('\n').map((line) => line.split('\t'));
  expect(head).toEqual(['id', 'name', 'roles', 'accounts', 'made', 'last used', 'expires']);
  expect(row).toEqual([
    id,
    'ci of shop',
    'read, emit',
    'jdoe',
    expect.any(String),
    expect.any(String),
    'never',
  ]);
  for (const time of [row?.[4], row?.[5]]) expect(time).toMatch(/^20\d\d-\S+T\S+Z$/);
  expect(list.stdout).not.toContain(token);
  const json = JSON.parse((await run(words('tokens list --json'))).stdout) as { items: { id: string }[] };
  expect(json).toMatchObject({ items: [{ id, roles: ['read', 'emit'], accounts: ['jdoe'] }], more: false });

  const unasked = await run(['tokens', 'revoke', id ?? '']);
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(await run(['tokens', 'revoke', id ?? '', '--yes'])).toMatchObject({
    code: 0,
    stdout: `Revoked ${id}.\n`,
  });
  const refused = await run(words('deliveries list'), token);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^unauthorized: /) });
  const again = await run(['tokens', 'revoke', id ?? '', '--yes']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^not_found: /) });
  expect((await run(words('tokens list'))).stderr).toBe('There is only the token of HOOKLANE_API_TOKEN.\n');
}, 90_000);

test('what is no token is refused with the flag and the bound', async () => {
  const add = (...more: string[]): Promise<Finished> => run(['tokens', 'add', '--name', 'x', ...more]);
  expect(await add()).toMatchObject({ code: 2, stderr: expect.stringContaining('--role') });
  expect(await add('--role', 'king')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('emit, read, manage, admin'),
  });
  expect(await add('--role', 'read', '--expires', '1s')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--expires'),
  });
  const account = await add('--role', 'read', '--account', 'a b');
  expect(account).toMatchObject({ code: 1, stderr: expect.stringMatching(/^invalid_field: .*accounts/) });
}, 60_000);

test('the audit log tells who changed what, and its filters hold', async () => {
  expect(await run(['scopes', 'enable', ...APP])).toMatchObject({ code: 0 });
  const list = await run(words('audit list --action setApplication'));
  const [head, row, ...rest] = list.stdout.trim().split('\n');
  expect(head).toBe('when\twho\tfrom\taction\taccount\ttarget\tdetail');
  expect(row).toMatch(
    /^20\d\d-\S+T\S+Z\tAPI token\t127\.0\.0\.1\tsetApplication\tjdoe\tapplication\/shop\tswitched on$/,
  );
  expect(rest).toEqual([]);
  const json = JSON.parse(
    (await run(words('audit list --account jdoe --since 1h --limit 1 --json'))).stdout,
  ) as object;
  expect(json).toMatchObject({
    items: [{ action: 'setApplication', actor: { name: 'API token' } }],
    more: false,
  });
  expect((await run(words('audit list --actor nobody'))).stderr).toBe('Nothing was changed.\n');
  const wrong = await run(words('audit list --since yesterday'));
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--since') });
}, 60_000);

test('secrets are encrypted anew with the present key; what no key can read is named, and ends with 1', async () => {
  const add = (name: string): Promise<Finished> =>
    run(
      [
        ...words('webhooks add'),
        ...APP,
        ...words('--event build.started --url https://example.com/ --secret-file -'),
        '--name',
        name,
      ],
      programs.token,
      'a secret of ours',
    );
  expect(await add('one')).toMatchObject({ code: 0 });
  expect(await run(words('secrets rekey'))).toMatchObject({
    code: 0,
    stdout: '1 webhook has a secret; 0 were encrypted anew.\n',
  });
  await programs.stop();
  const env = { HOOKLANE_SECRET_KEY: NEW_KEY, HOOKLANE_OTHER_SECRET_KEYS: OLD_KEY };
  programs = await startPrograms({ redisUrl: redis.url, workers: 0, env });
  expect(await add('two')).toMatchObject({ code: 0 });
  expect(await run(words('secrets rekey'))).toMatchObject({
    code: 0,
    stdout: '2 webhooks have secrets; 1 was encrypted anew.\n',
  });
  expect(await run(words('secrets rekey'))).toMatchObject({
    stdout: '2 webhooks have secrets; 0 were encrypted anew.\n',
  });

  const token = (await run(['tokens', 'add', '--name', 'm', '--role', 'manage'])).stdout.trim();
  const refused = await run(words('secrets rekey'), token);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^missing_role: /) });

  // Without the key that both were written with.
  await programs.stop();
  const third = Buffer.alloc(32, 9).toString('base64');
  await askRedis(redis.port, "HDEL '{h0}:meta' secretKey");
  programs = await startPrograms({ redisUrl: redis.url, workers: 0, env: { HOOKLANE_SECRET_KEY: third } });
  const lost = await run(words('secrets rekey'));
  expect(lost).toMatchObject({ code: 1, stdout: '2 webhooks have secrets; 0 were encrypted anew.\n' });
  expect(
    lost.stderr.match(
      /^The secret of wh_\w+ cannot be read with any key of the server: give it a new one\.$/gm,
    ),
  ).toHaveLength(2);
}, 180_000);
