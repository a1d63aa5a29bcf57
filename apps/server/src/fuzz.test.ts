/** Whatever comes in, the API answers with what the contract knows: never 500, never a crash. On a real Redis. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROBLEM_MEDIA_TYPE, ROUTES, problemSchema } from '@hooklane/client';
import type { Route, RouteId } from '@hooklane/client';
import { startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import fc from 'fast-check';
import { REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealAnswer, RealServer } from './testing/real-server.ts';

const RUNS = 25;

let redis: TestRedis;
let server: RealServer;
const ids: string[] = ['x'];
beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url);
  const headers = { authorization: `Bearer ${REAL_TOKEN}` };
  const app = '/v1/accounts/a/applications/b';
  await server.ask('PUT', app, { headers, body: { enabled: true } });
  const body = { name: 'c', event: 'build.started', url: 'https://example.com/', secret: 's' };
  const { json } = await server.ask('POST', `${app}/webhooks`, { headers, body });
  const sent = await server.ask('POST', `/v1/webhooks/${String(json['id'])}/test`, { headers });
  ids.push(String(json['id']), String(sent.json['eventId']), String(sent.json['deliveryId']));
});
afterAll(async () => {
  await server.close();
  await redis.stop();
});

const NAMES = [
  'account',
  'application',
  'environment',
  'webhook',
  'event',
  'status',
  'statusCode',
  'since',
  'until',
  'cursor',
  'limit',
  'kind',
  'search',
  'reason',
  'minutes',
  'actor',
  'action',
  'target',
  'name',
  'url',
  'secret',
  'signing',
  'tokenHeader',
  'maxInFlight',
  'enabled',
  'type',
  'body',
  'id',
  'occurredAt',
  'filter',
  'dryRun',
  'roles',
  'accounts',
  'expiresAt',
  'token',
  'overlap',
  'secretOverlap',
  '__proto__',
  'constructor',
  'toString',
];
const cursor = fc
  .oneof(
    fc.json(),
    fc.constantFrom('["e","1","a","b"]', '["d","1","x"]', '["e","nan","",""]', '[]', '["d","1e999","x"]'),
  )
  .map((text) => Buffer.from(text).toString('base64url'));
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    'a',
    'b',
    '1',
    '-1',
    '1e309',
    'build.started',
    'read',
    '2026-01-01T00:00:00Z',
    'wh_x',
    '\u0000',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  cursor,
);
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(name, tie('any'), { maxKeys: 6 }),
  ),
})).any;
const text = fc.string({ unit: 'binary', maxLength: 60 });
const body = fc.oneof(
  value.map((each) => JSON.stringify(each) ?? 'null'),
  text,
  fc.json(),
  fc.integer({ min: 1, max: 5000 }).map((depth) => '['.repeat(depth)),
);
const query = fc.dictionary(
  name,
  fc.oneof(text, cursor, fc.constantFrom('1', 'a', '999999999999999999999')),
  { maxKeys: 4 },
);
const headerValue = fc.string({
  unit: fc.constantFrom(...'abcXYZ019 ,;=*/"%()<>@[]{}-_.'.split('')),
  maxLength: 40,
});
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'accept',
    'cookie',
    'origin',
    'sec-fetch-site',
    'x-forwarded-proto',
    'last-event-id',
    'range',
    'if-none-match',
    'accept-encoding',
    'x-hooklane-console',
    'content-encoding',
  ),
  headerValue,
  { maxKeys: 3 },
);

function judge(answer: RealAnswer): void {
  const isOurs =
    answer.status < 500 || (answer.status === 503 && answer.json['code'] !== 'redis_unavailable');
  if (!isOurs) throw new Error(`${answer.status}: ${answer.text}`);
  if (answer.status < 400) return;
  expect(answer.headers['content-type']).toContain(PROBLEM_MEDIA_TYPE);
  problemSchema.parse(answer.json);
}

const pathOf = (path: string, parts: readonly string[]): string => {
  let index = 0;
  return path.replaceAll(/\{\w+\}/g, () => encodeURIComponent((parts[index++] ?? 'x').toWellFormed()));
};

describe('Any path, query, headers and body', () => {
  const all = (Object.entries(ROUTES) as [RouteId, Route][]).filter(
    ([, { mediaType }]) => mediaType !== 'text/event-stream',
  );
  test.each(all)('%s', async (_id, route) => {
    const part = fc.oneof(text, fc.constantFrom(...ids, '.', '..', 'a', 'b'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 2, maxLength: 2 }),
        query,
        headers,
        body,
        async (parts, asked, given, sent) => {
          const search = new URLSearchParams(Object.entries(asked)).toString();
          const url = `${pathOf(route.path, parts)}${search === '' ? '' : `?${search}`}`;
          const type = route.body === undefined ? {} : { 'content-type': 'application/json' };
          judge(
            await server.ask(route.method, url, {
              headers: { ...type, ...given, authorization: `Bearer ${REAL_TOKEN}` },
              ...(route.body === undefined ? {} : { body: sent }),
            }),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });
});

test('Any address and any authorization', async () => {
  const path = fc.string({
    unit: fc.constantFrom(...'/v1abc%20.~{}:;?&=#@!$*+,-_'.split('')),
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(path, headerValue, async (rest, authorization) => {
      judge(await server.ask('GET', `/${rest}`, { headers: { authorization } }));
      judge(
        await server.ask('GET', `/v1/${rest}`, { headers: { authorization: `Bearer ${authorization}` } }),
      );
    }),
    { numRuns: 200 },
  );
});
