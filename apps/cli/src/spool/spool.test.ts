import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, startReceiver } from '@hooklane/testkit';
import type { Receiver, Step } from '@hooklane/testkit';
import { startCli } from '../testing/run-cli.ts';
import type { Running } from '../testing/run-cli.ts';

const BODY =
  '{"app_name":"shop","build_num":1.0,"status":"\\u00e9 a  b","10":12345678901234567890,"2":{"z":1e2,"a":[]}}';
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';

let dir: string;
let spool: string;
let server: Receiver;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hooklane-cli-spool-'));
  spool = join(dir, 'spool');
  writeFileSync(join(dir, 'body.json'), BODY.replaceAll(',"', ',\n  "'));
  server = await startReceiver();
  server.answer('*', ACCEPTED);
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

const ACCEPTED = { status: 202, headers: { 'content-type': 'application/json' }, body: '{"id":"x"}' };
const problem = (status: number, code: string, retryAfter = '0'): Step => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'retry-after': retryAfter },
  body: JSON.stringify({ type: 'about:blank', title: 'No', status, code, detail: `Because of ${code}.` }),
});

function start(url: string, ...args: string[]): Running {
  return startCli(args, { cwd: dir, env: { HOOKLANE_URL: url, HOOKLANE_API_TOKEN: 'a-token-of-mine' } });
}
const emitArgs = ['emit', 'build.started', '--account', 'jdoe', '--file', 'body.json', '--spool', 'spool'];
const emit = (url: string, ...more: string[]) => start(url, ...emitArgs, ...more).ended;
const flush = (url: string, ...more: string[]) =>
  start(url, 'spool', 'flush', '--spool', 'spool', ...more).ended;
const here = (): string => server.url('').replace(/\/$/, '');
const heard = () => server.requests.map(({ body }) => JSON.parse(body) as { id: string; occurredAt: string });
const ids = (): string[] => heard().map(({ id }) => id);
const segments = (): string[] => readdirSync(spool).filter((file) => file.endsWith('.seg'));
async function waiting(): Promise<{ count: number; oldest: string | null; bytes: number }> {
  const { stdout } = await start(NOWHERE, 'spool', 'status', '--spool', 'spool', '--json').ended;
  return JSON.parse(stdout) as { count: number; oldest: string | null; bytes: number };
}

describe('emit --spool', () => {
  test('keeps the event when nobody listens, and flush sends it as it was', async () => {
    const first = await emit(NOWHERE);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^spooled evt_\w{26}\n$/) });
    const second = await emit(NOWHERE, '--json', '--id', 'mine', '--occurred-at', '2026-11-23T22:00:00Z');
    expect(JSON.parse(second.stdout)).toEqual({ id: 'mine', spooled: true });
    const third = await emit(NOWHERE);
    const all = [first.stdout.slice(8, -1), 'mine', third.stdout.slice(8, -1)];
    expect(all.toSorted()).toEqual([all[0], all[2], 'mine']);
    expect(await waiting()).toMatchObject({ count: 3, oldest: expect.stringMatching(/^20.*Z$/) });

    expect(await flush(here())).toMatchObject({ code: 0, stdout: '3 sent, 0 refused, none waits\n' });
    expect(ids()).toEqual(all);
    for (const { body } of server.requests) expect(body.endsWith(`,"body":${BODY}}`)).toBe(true);
    expect(heard()[1]?.occurredAt).toBe('2026-11-23T22:00:00.000Z');
    expect(await waiting()).toMatchObject({ count: 0, oldest: null });
    expect(await flush(here())).toMatchObject({ code: 0, stdout: '0 sent, 0 refused, none waits\n' });
  }, 40_000);

  test.each<[string, Step]>([
    ['503', problem(503, 'redis_unavailable')],
    ['a proxy without a server', { status: 502, body: 'Bad Gateway' }],
    ['a broken connection', 'reset'],
    ['no answer', 'hang'],
  ])(
    '%s counts as away',
    async (_what, step) => {
      server.answer('*', step);
      expect(await emit(here(), '--timeout', '300ms')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^spooled /),
      });
      // The tries and the spooled event have the same id: it is one event, whatever the server did with a try.
      server.answer('*', ACCEPTED);
      expect(await flush(here())).toMatchObject({ code: 0 });
      expect(new Set(ids()).size).toBe(1);
      expect(server.received).toBeGreaterThan(1);
    },
    20_000,
  );

  test.each([
    [401, 'unauthorized'],
    [409, 'event_id_taken'],
    [422, 'event_body_mismatch'],
    [429, 'too_many_requests'],
    [500, 'internal_error'],
  ])('%i %s is told and not spooled', async (status, code) => {
    server.answer('*', problem(status, code));
    const told = await emit(here());
    expect(told).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`${code}: Because`) });
    expect(segments()).toEqual([]);
  });

  test('what is spooled goes first; while it cannot, nothing overtakes it', async () => {
    await emit(NOWHERE, '--id', 'a');
    server.answer('*', problem(503, 'redis_unavailable'));
    expect(await emit(here(), '--id', 'b')).toMatchObject({ code: 0, stdout: 'spooled b\n' });
    expect(new Set(ids())).toEqual(new Set(['a']));
    server.answer('*', 'hang');
    const begun = performance.now();
    expect(await emit(here(), '--id', 'c')).toMatchObject({ code: 0, stdout: 'spooled c\n' });
    expect(performance.now() - begun).toBeLessThan(18_000);
    server.answer('*', ACCEPTED);
    const before = server.received;
    expect(await emit(here(), '--id', 'd')).toMatchObject({ code: 0, stdout: 'd\n' });
    expect(ids().slice(before)).toEqual(['a', 'b', 'c', 'd']);
  }, 40_000);

  test('a step that does not wait is not held up: one try, whatever lies in the spool', async () => {
    server.answer('*', problem(503, 'redis_unavailable', '5'));
    for (const id of ['a', 'b', 'c']) {
      const before = server.received;
      expect(await emit(here(), '--id', id)).toMatchObject({ code: 0, stdout: `spooled ${id}\n` });
      expect(server.received - before).toBe(1);
    }
    server.answer('*', 'hang');
    const before = server.received;
    expect(await emit(here(), '--id', 'd')).toMatchObject({ code: 0, stdout: 'spooled d\n' });
    expect(server.received - before).toBe(1);
    // Too many requests are no reason to spool: the event waits for its turn.
    rmSync(spool, { recursive: true });
    server.answer('*', problem(429, 'too_many_requests'), ACCEPTED);
    expect(await emit(here(), '--id', 'e')).toMatchObject({ code: 0, stdout: 'e\n' });
  }, 40_000);

  test('a step that waits for the deliveries tries a little longer before it spools', async () => {
    server.answer('*', problem(503, 'redis_unavailable'));
    expect(await emit(here(), '--wait', '1s')).toMatchObject({ code: 4 });
    expect(server.received).toBe(3);
  }, 20_000);

  test('what is spooled cannot be waited for: 4', async () => {
    for (const wish of ['--wait', '--require-match']) {
      expect(await emit(NOWHERE, wish)).toMatchObject({
        code: 4,
        stdout: expect.stringMatching(/^spooled /),
        stderr: expect.stringContaining(
          'cannot be waited for. Send it with: hooklane spool flush --spool spool\n',
        ),
      });
    }
  }, 20_000);

  test('a body that no event can have is not spooled', async () => {
    writeFileSync(join(dir, 'body.json'), '{"app_name":"shop"}');
    expect(await emit(NOWHERE)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^event_body_mismatch: body\.build_num is missing/),
    });
    expect(segments()).toEqual([]);
  });

  test('a spool that is full or cannot be written is told with its code', async () => {
    writeFileSync(
      join(dir, 'body.json'),
      JSON.stringify({ ...(JSON.parse(BODY) as object), pad: 'x'.repeat(40_000) }),
    );
    expect(await emit(NOWHERE, '--spool-max', '64KiB')).toMatchObject({ code: 0 });
    const full = await emit(NOWHERE, '--spool-max', '64KiB');
    expect(full).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^spool_full: /) });
    expect(await emit(NOWHERE, '--spool', 'body.json')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^spool_unwritable: /),
    });
    for (const max of [
      ['--spool-max', '1KiB'],
      ['--spool-max', 'much'],
    ]) {
      expect(await emit(NOWHERE, ...max)).toMatchObject({ code: 2 });
    }
  }, 20_000);
});

describe('spool flush', () => {
  test('moves aside what the server refuses, and sends the rest', async () => {
    for (const id of ['a', 'b', 'c']) await emit(NOWHERE, '--id', id);
    server.answer('*', ACCEPTED, problem(422, 'event_body_mismatch'), ACCEPTED);
    const told = await flush(here());
    expect(told).toMatchObject({ code: 1, stdout: '2 sent, 1 refused, none waits\n' });
    expect(told.stderr).toContain('refused b (build.started of jdoe): event_body_mismatch: Because');
    expect(ids()).toEqual(['a', 'b', 'c']);
    const lines = readFileSync(join(spool, 'refused.ndjson'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { code: 'event_body_mismatch', status: 422, event: { id: 'b', account: 'jdoe', body: BODY } },
    ]);
    expect(await flush(here())).toMatchObject({ code: 0 });
  }, 30_000);

  test.each<[string, Step, number]>([
    ['a wrong token', problem(401, 'unauthorized'), 1],
    ['a wrong address', problem(404, 'not_found'), 1],
    ['a page of somebody else', { status: 400, body: 'Bad Request' }, 1],
    ['a fault of the server', problem(500, 'internal_error'), 3],
    ['no Redis', problem(503, 'redis_unavailable'), 3],
    ['no answer', 'hang', 3],
  ])(
    '%s loses nothing',
    async (_what, step, code) => {
      await emit(NOWHERE, '--id', 'a');
      server.answer('*', step);
      expect(await flush(here(), '--timeout', '1s')).toMatchObject({ code });
      expect(segments()).toHaveLength(1);
    },
    20_000,
  );

  test('tries again until the time is over', async () => {
    await emit(NOWHERE, '--id', 'a');
    server.answer('*', problem(503, 'redis_unavailable'));
    const running = start(here(), 'spool', 'flush', '--spool', 'spool');
    await eventually(() => expect(server.received).toBeGreaterThan(4));
    server.answer('*', ACCEPTED);
    expect(await running.ended).toMatchObject({ code: 0, stdout: '1 sent, 0 refused, none waits\n' });
  }, 30_000);

  test('ends with 4 when the time is over in the midst of it, and with 130 by Ctrl-C', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await emit(NOWHERE, '--id', id);
    server.answer('*', { ...ACCEPTED, delayMs: 700 });
    expect(await flush(here(), '--timeout', '1s')).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/^1 sent/),
    });
    const running = start(here(), 'spool', 'flush', '--spool', 'spool');
    const before = server.received;
    await eventually(() => expect(server.received).toBeGreaterThan(before));
    running.interrupt();
    expect(await running.ended).toMatchObject({ code: 130 });
    server.answer('*', ACCEPTED);
    expect(await flush(here())).toMatchObject({ code: 0 });
    expect([...new Set(ids())]).toEqual(['a', 'b', 'c', 'd']);
  }, 30_000);

  test('a folder that is not there is empty, and is not made', async () => {
    expect(await flush(here())).toMatchObject({
      code: 0,
      stderr: 'There is no folder spool: nothing was spooled there.\n',
    });
    expect(await waiting()).toMatchObject({ count: 0 });
    expect(() => readFileSync(spool)).toThrow('ENOENT');
  });
});

describe('kill -9', () => {
  test('while spooling loses nothing that was printed', async () => {
    const told: string[] = [];
    const one = async (id: string, endsAfterMs: number | null): Promise<void> => {
      const running = start(NOWHERE, ...emitArgs, '--id', id);
      if (endsAfterMs === null)
        await eventually(() => expect(running.text()).toContain('spooled'), { everyMs: 1 });
      else await sleep(endsAfterMs);
      running.kill();
      if ((await running.ended).stdout === `spooled ${id}\n`) told.push(id);
    };
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        [null, 700 + 300 * round, 1000 + 300 * round].map((ms, i) => one(`e${round}-${i}`, ms)),
      );
    }
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(await flush(here())).toMatchObject({ code: 0 });
    expect(ids()).toEqual(expect.arrayContaining(told));
  }, 60_000);

  test('while flushing loses nothing, and keeps the order', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    for (const id of all) await emit(NOWHERE, '--id', id);
    server.answer('*', { ...ACCEPTED, delayMs: 100 });
    const running = start(here(), 'spool', 'flush', '--spool', 'spool');
    await eventually(() => expect(server.received).toBeGreaterThan(1), { everyMs: 1 });
    running.kill();
    await running.ended;
    expect(await flush(here())).toMatchObject({ code: 0 });
    expect([...new Set(ids())]).toEqual(all);
  }, 40_000);
});

test('a flush and emits beside each other: none is lost, none stays', async () => {
  for (const id of ['a', 'b', 'c']) await emit(NOWHERE, '--id', id);
  server.answer('*', { ...ACCEPTED, delayMs: 50 });
  const ended = await Promise.all([flush(here()), ...['d', 'e', 'f'].map((id) => emit(here(), '--id', id))]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(await flush(here())).toMatchObject({ code: 0 });
  expect([...new Set(ids())].slice(0, 3)).toEqual(['a', 'b', 'c']);
  expect(new Set(ids())).toEqual(new Set(['a', 'b', 'c', 'd', 'e', 'f']));
}, 40_000);
