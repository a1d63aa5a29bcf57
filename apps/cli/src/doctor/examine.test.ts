import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startReceiver } from '@hooklane/testkit';
import type { Receiver } from '@hooklane/testkit';
import { examine } from './examine.ts';

let server: Receiver;
beforeEach(async () => {
  server = await startReceiver();
});
afterEach(() => server.close());

const found = async (check: string) => {
  const url = server.url('').replace(/\/$/, '');
  const { findings } = await examine({ url, urlFrom: '--url', token: 't', tokenFrom: 'a test' }, 5000);
  return findings.find((finding) => finding.check === check);
};

const READY = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ ok: true, problems: [] }),
};

test('advice is a whole sentence, which does not send the doctor to the doctor', async () => {
  server.answer('/readyz', READY);
  server.answer('/v1/scopes', {
    status: 503,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ status: 503, code: 'redis_unavailable', detail: 'Redis is away.' }),
  });
  expect(await found('token')).toMatchObject({
    level: 'error',
    message: 'redis_unavailable: Redis is away.',
    advice: 'The server cannot reach its Redis. Try again',
  });
  server.answer('/readyz', { status: 200, body: '<h1>It works</h1>' });
  expect(await found('server')).toMatchObject({ advice: 'Is this the address of a Hooklane server?' });
  server.answer('/readyz', 'reset');
  expect(await found('server')).toMatchObject({
    advice: 'Is the server up? Check the address (--url, HOOKLANE_URL)',
  });
});
