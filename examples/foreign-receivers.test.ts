/** Receivers without a line of ours, fed with what our package and what the package standardwebhooks signs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startProcess } from '@hooklane/local';
import type { RunningProcess } from '@hooklane/local';
import { eventually } from '@hooklane/testkit';
import { whySkipped } from './testing/needs.ts';
import { createOutput } from './testing/output.ts';
import { post, signedByOthers, signedByUs } from './testing/requests.ts';
import type { SignedRequest } from './testing/requests.ts';
import { runShell } from './testing/run.ts';
import type { Finished } from './testing/run.ts';

const PLAIN = 'geheim ☃ nicht base64!';
const WHSEC = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
/** Longer than a block of SHA-256: HMAC hashes such a key first. */
const LONG = 'long '.repeat(20);
const BUILD = { app_name: 'Shop', build_num: '6982', status: 'Failed', msg: 'grüße ☃' };
const BUILD_LINE = 'build 6982 of Shop: Failed';

/** Requests that nobody may believe who knows `secret`, with the reason. */
function forgeries(secret: string): [reason: string, request: SignedRequest][] {
  const good = signedByUs([secret], BUILD);
  const nowSec = Math.floor(Date.now() / 1000);
  const without = ({ headers, body }: SignedRequest, name: string): SignedRequest => {
    const { [name]: _gone, ...rest } = headers;
    return { headers: rest, body };
  };
  return [
    ['no_match', signedByUs(['another secret'], BUILD)],
    ['no_match', signedByOthers('another secret', BUILD)],
    ['no_match', { ...good, body: good.body.replace('6982', '6983') }],
    ['no_match', { ...good, body: `${good.body}\n` }],
    ['no_match', { ...good, headers: { ...good.headers, 'webhook-id': 'evt_2' } }],
    ['no_match', { ...good, headers: { ...good.headers, 'webhook-signature': 'v1, v1,=' } }],
    ['timestamp_too_old', signedByUs([secret], BUILD, { timestampSec: nowSec - 302 })],
    ['timestamp_too_new', signedByUs([secret], BUILD, { timestampSec: nowSec + 330 })],
    ['invalid_header', { ...good, headers: { ...good.headers, 'webhook-timestamp': 'a[$(id)]' } }],
    ['missing_header', without(good, 'webhook-id')],
    ['missing_header', without(good, 'webhook-timestamp')],
    ['missing_header', without(good, 'webhook-signature')],
  ];
}

const noPython = whySkipped(['python3']);
const whenPython = noPython === '' ? describe : describe.skip;

whenPython(`receive-python.py${noPython}`, () => {
  const output = createOutput();
  const file = `${import.meta.dirname}/receive-python.py`;
  let example: RunningProcess;
  let hooks: string;

  beforeAll(async () => {
    example = await startProcess({
      name: 'receive-python.py',
      command: 'python3',
      args: [file],
      env: { ...process.env, PORT: '0', HOOK_SECRET: PLAIN, OLD_HOOK_SECRET: WHSEC },
      onLine: output.add,
    });
    hooks = `${await eventually(() => output.address())}/hooks`;
  });
  afterAll(() => example?.stop(2000));

  test('takes either secret, and each of several signatures', async () => {
    const requests = [
      signedByUs([PLAIN], BUILD),
      signedByUs([WHSEC], BUILD),
      signedByUs(['a third', PLAIN], BUILD),
      signedByOthers(PLAIN, BUILD),
    ];
    for (const request of requests) {
      const before = output.lines.length;
      expect(await post(hooks, request)).toEqual({ status: 204, text: '' });
      await eventually(() => expect(output.lines.slice(before)).toEqual([BUILD_LINE]));
    }
  });

  test('refuses what was forged, changed or recorded, and says why', async () => {
    const before = output.lines.length;
    for (const [reason, request] of forgeries(PLAIN)) {
      expect(await post(hooks, request)).toEqual({ status: 401, text: `{"reason": "${reason}"}` });
    }
    expect(output.lines).toHaveLength(before);
  });

  test('works on an event once, but again when its work failed', async () => {
    const id = 'evt_repeated';
    const send = (event: object) => post(hooks, signedByUs([PLAIN], event, { id }));
    const before = output.lines.length;
    expect(await send({ app_name: 'Shop' })).toEqual({ status: 500, text: '{"reason": "handler_failed"}' });
    expect((await send(BUILD)).status).toBe(204);
    expect(await send(BUILD)).toEqual({ status: 200, text: '{"repeat": true}' });
    await eventually(() =>
      expect(output.lines.slice(before)).toEqual(["failed: KeyError('build_num')", BUILD_LINE]),
    );
  });

  test('refuses a body that is too large before it comes, and other addresses', async () => {
    const socket = connect(Number(new URL(hooks).port), '127.0.0.1');
    socket.write('POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.\d 413 [^]*"body_too_large"/);
    expect((await post(`${hooks}/else`, signedByUs([PLAIN], BUILD))).status).toBe(404);
  });

  test('does not start without a secret', async () => {
    const lines: string[] = [];
    const bare = await startProcess({
      name: 'bare',
      command: 'python3',
      args: [file],
      env: { ...process.env, PORT: '0', HOOK_SECRET: '' },
      onLine: (line) => lines.push(line),
    });
    expect((await bare.ended).code).toBe(1);
    expect(lines).toEqual(['HOOK_SECRET is empty: anyone could sign with it.']);
  });
});

const noOpenssl = whySkipped(['openssl', 'awk', 'od']);
const whenOpenssl = noOpenssl === '' ? describe : describe.skip;

whenOpenssl(`verify.sh${noOpenssl}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hooklane-verify-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function verify({ headers, body }: SignedRequest, env: Record<string, string>): Promise<Finished> {
    const files = [join(folder, 'headers.txt'), join(folder, 'body.json')];
    const lines = Object.entries(headers).map(([name, value]) => `${name.toUpperCase()}: ${value}\r\n`);
    await writeFile(files[0] ?? '', `POST /hooks HTTP/1.1\r\n${lines.join('')}`);
    await writeFile(files[1] ?? '', body);
    return runShell('verify.sh', files, env);
  }
  const ok: Finished = { code: 0, stdout: 'ok\n', stderr: '' };

  test.each([PLAIN, WHSEC, LONG, 'x'])('believes what was signed with %j', async (secret) => {
    expect(await verify(signedByUs([secret], BUILD), { HOOK_SECRET: secret })).toEqual(ok);
    expect(await verify(signedByUs(['other', secret], BUILD), { HOOK_SECRET: secret })).toEqual(ok);
  });

  test('believes what another library signs', async () => {
    expect(await verify(signedByOthers(PLAIN, BUILD), { HOOK_SECRET: PLAIN })).toEqual(ok);
  });

  test.each([PLAIN, WHSEC])('refuses what was forged, changed or recorded (%j)', async (secret) => {
    for (const [reason, request] of forgeries(secret)) {
      const refused = { code: 1, stdout: `refused: ${reason}\n`, stderr: '' };
      expect(await verify(request, { HOOK_SECRET: secret })).toEqual(refused);
    }
  });

  test('believes a recorded request within the tolerance that was asked for', async () => {
    const yesterday = signedByUs([PLAIN], BUILD, { timestampSec: Math.floor(Date.now() / 1000) - 86_000 });
    expect(await verify(yesterday, { HOOK_SECRET: PLAIN, TOLERANCE: '86400' })).toEqual(ok);
  });

  test('ends with 2 without a secret or without files', async () => {
    for (const HOOK_SECRET of ['', 'whsec_']) {
      expect((await verify(signedByUs([PLAIN], BUILD), { HOOK_SECRET })).code).toBe(2);
    }
    expect((await runShell('verify.sh', [], { HOOK_SECRET: PLAIN })).code).toBe(2);
  });
});
