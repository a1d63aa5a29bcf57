/** Who may do what: every route of the contract, with every role, for one's own account and for another's. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES, ROUTE_ROLES } from '@hooklane/client';
import type { Route, RouteId } from '@hooklane/client';
import { ROLES, isGranted } from '@hooklane/core';
import type { Role } from '@hooklane/core';
import { eventually, startRedis } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import { connectStore, createSecretBox, createStore } from '@hooklane/store';
import type { Store } from '@hooklane/store';
import { sampleAttempt } from './testing/memory-ports.ts';
import { REAL_KEY, REAL_TOKEN, startRealServer } from './testing/real-server.ts';
import type { RealAnswer, RealServer } from './testing/real-server.ts';

/** What one account has. */
interface World {
  account: string;
  webhook: string;
  event: string;
  delivery: string;
  redrive: string;
}

let redis: TestRedis;
let server: RealServer;
let store: Store;
let own: World;
let other: World;

beforeAll(async () => {
  redis = await startRedis();
  server = startRealServer(redis.url);
  store = createStore({
    redis: connectStore({ redis: redis.url, role: 'worker' }),
    secrets: createSecretBox(REAL_KEY),
  });
  own = await worldOf('alpha');
  other = await worldOf('beta');
}, 60_000);

afterAll(async () => {
  await server.close();
  await store.close();
  await redis.stop();
});

type Method = Parameters<RealServer['ask']>[0];

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const asRoot = (method: Method, url: string, body?: object) =>
  server.ask(method, url, { headers: bearer(REAL_TOKEN), ...(body === undefined ? {} : { body }) });

async function tokenOf(roles: Role[], accounts: string[] | null = null): Promise<string> {
  const { status, json } = await asRoot('POST', '/v1/tokens', { name: roles.join(), roles, accounts });
  expect(status).toBe(201);
  return String(json['token']);
}

/** Everything that an account can have, each part with a word that must not get out. */
async function worldOf(account: string): Promise<World> {
  const app = `/v1/accounts/${account}/applications/${account}-secret-app`;
  await asRoot('PUT', app, { enabled: true });
  const hook = {
    name: `${account}-secret-hook`,
    event: 'build.started',
    url: `https://${account}-secret.example/`,
  };
  const webhook = String((await asRoot('POST', `${app}/webhooks`, hook)).json['id']);
  const event = `${account}-event`;
  const now = Date.now();
  await store.dispatch([
    {
      id: event,
      type: 'build.started',
      account,
      scope: { kind: 'application', name: `${account}-secret-app` },
      acceptedAt: now,
      occurredAt: now,
      body: JSON.stringify({ app_name: `${account}-secret-app`, build_num: '1', status: 'Queued' }),
    },
  ]);
  const { json } = await asRoot('POST', '/v1/dead-letters/redrive', { filter: { account } });
  return { account, webhook, event, delivery: `${event}.${webhook}`, redrive: String(json['id']) };
}

const NEW_HOOK = { name: 'another', event: 'build.started', url: 'https://example.com/' };
const BUILD = { app_name: 'x', build_num: '1', status: 'Queued' };

/** Bodies that pass the schemas, where a route takes one. */
const BODIES: Partial<Record<RouteId, (world: World) => object>> = {
  createSession: () => ({ token: 'x' }),
  emitEvent: ({ account }) => ({ account, type: 'build.started', body: BUILD }),
  setApplication: () => ({ enabled: true }),
  setEnvironment: () => ({ enabled: true }),
  createApplicationWebhook: () => NEW_HOOK,
  createEnvironmentWebhook: () => ({ ...NEW_HOOK, event: 'deploy.started' }),
  updateWebhook: () => ({ maxInFlight: 3 }),
  rotateSecret: () => ({}),
  redriveDeadLetters: ({ account }) => ({ filter: { account }, dryRun: true }),
  discardDeadLetters: ({ account }) => ({ filter: { account }, dryRun: true }),
  createToken: () => ({ name: 'x', roles: ['read'] }),
  setNotifications: () => ({ url: 'https://ops.example.com/' }),
};

const IDS: readonly (readonly [RegExp, keyof World])[] = [
  [/^\/v1\/webhooks\//, 'webhook'],
  [/^\/v1\/events\//, 'event'],
  [/^\/v1\/deliveries\//, 'delivery'],
  [/^\/v1\/redrives\//, 'redrive'],
];

/** The address of a route in this world. */
function urlOf(route: Route, world: World): string {
  const kind = IDS.find(([pattern]) => pattern.test(route.path))?.[1];
  return route.path
    .replace('{account}', world.account)
    .replace('{name}', `${world.account}-secret-app`)
    .replace('{id}', kind === undefined ? 'unknown' : world[kind]);
}

async function call(id: RouteId, token: string | null, world: World): Promise<RealAnswer> {
  const route: Route = ROUTES[id];
  // The only query that a route demands.
  const query = id === 'listNotifications' ? `?account=${world.account}` : '';
  return server.ask(route.method, urlOf(route, world) + query, {
    headers: token === null ? {} : bearer(token),
    ...(route.body === undefined ? {} : { body: BODIES[id]?.(world) ?? {} }),
  });
}

const isStream = (id: RouteId): boolean => (ROUTES[id] as Route).mediaType === 'text/event-stream';
const GUARDED = (Object.keys(ROUTE_ROLES) as RouteId[]).filter((id) => ROUTE_ROLES[id] !== null);
/** Routes of the whole house, whose figures name no account. */
const OPEN_TO_VALID = (Object.keys(ROUTE_ROLES) as RouteId[]).filter(
  (id) => ROUTE_ROLES[id] === null && (ROUTES[id] as Route).path.startsWith('/v1/'),
);

describe('Each route asks for its role', () => {
  test('every route under /v1 has one, or is about the session', () => {
    expect(OPEN_TO_VALID).toEqual(['createSession', 'getSession', 'deleteSession']);
  });

  test.each(GUARDED)('%s', async (id) => {
    const needed: Role = ROUTE_ROLES[id] as Role;
    expect(await call(id, null, own)).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    for (const role of ROLES) {
      if (isGranted([role], needed)) continue;
      const answer = await call(id, await tokenOf([role]), own);
      expect(answer).toMatchObject({ status: 403, json: { code: 'missing_role' } });
      expect(answer.json['detail']).toContain(`needs the role ${needed}`);
      expect(answer.text).not.toContain('secret-');
    }
    if (isStream(id)) return;
    for (const role of ROLES.filter((one) => one !== 'admin' && isGranted([one], needed))) {
      const { status } = await call(id, await tokenOf([role], ['ALPHA']), await ownFor(id));
      expect(id === 'acknowledgeNotice' ? [404] : [200, 201, 202, 204, 409]).toContain(status);
    }
  });
});

/** What a test deletes must not be missed by the next. */
async function ownFor(id: RouteId): Promise<World> {
  if (id.endsWith('Notifications')) {
    await asRoot('PUT', '/v1/accounts/alpha/notifications', { url: 'https://ops.example.com/' });
  }
  if (id !== 'deleteWebhook') return own;
  const hooks = '/v1/accounts/alpha/applications/alpha-secret-app/webhooks';
  const { json } = await asRoot('POST', hooks, { ...NEW_HOOK, name: 'to-delete' });
  return { ...own, webhook: String(json['id']) };
}

describe('For a token that is bound to an account, nothing of another is there', () => {
  let bound: string;
  beforeAll(async () => {
    bound = await tokenOf(['emit', 'manage'], ['alpha', 'gamma']);
  });

  const missing = (world: World): World => ({
    ...world,
    webhook: 'wh_01000000000000000000000000',
    event: 'no-such-event',
    delivery: 'no-such-event.wh_01000000000000000000000000',
    redrive: 'rd_00000000000000000000',
  });

  /** Without the id that was asked for, which the answer repeats. */
  const anonymous = ({ text }: RealAnswer, world: World): string =>
    [world.delivery, world.webhook, world.event, world.redrive].reduce(
      (t, id) => t.replaceAll(id, '<id>'),
      text,
    );

  const FOR_BOUND = GUARDED.filter((id) => ROUTE_ROLES[id] !== 'admin');
  const withParam = (name: string): RouteId[] =>
    FOR_BOUND.filter((id) => (ROUTES[id] as Route).path.includes(`{${name}}`));

  test.each(withParam('id'))('%s answers as if it did not exist', async (id) => {
    const foreign = await call(id, bound, other);
    const nowhere = await call(id, bound, missing(other));
    expect(foreign).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(anonymous(foreign, other)).toBe(anonymous(nowhere, missing(other)));
  });

  test.each(withParam('account'))('%s is refused, whether there is such an account or not', async (id) => {
    const foreign = await call(id, bound, other);
    expect(foreign).toMatchObject({ status: 403, json: { code: 'foreign_account', field: 'account' } });
    const nowhere = await call(id, bound, { ...other, account: 'nobody' });
    expect(foreign.text.replaceAll('beta', 'nobody')).toBe(nowhere.text);
  });

  const LISTS = FOR_BOUND.filter(
    (id) => ROUTES[id].method === 'GET' && !(ROUTES[id] as Route).path.includes('{'),
  );

  test.each(LISTS.filter((id) => !isStream(id)))('%s holds nothing of it', async (id) => {
    expect((await call(id, bound, other)).text).not.toContain('beta-');
    const { query } = ROUTES[id] as Route;
    if (query === undefined) return;
    const filtered = await server.ask('GET', `${(ROUTES[id] as Route).path}?account=beta`, {
      headers: bearer(bound),
    });
    expect([403, 422]).toContain(filtered.status);
  });

  test('the lists hold what is its own, and everything for a token without a bound', async () => {
    for (const url of ['/v1/scopes', '/v1/deliveries']) {
      const mine = await server.ask('GET', url, { headers: bearer(bound) });
      const all = await asRoot('GET', url);
      expect(mine.text).toContain('alpha-secret-app');
      expect(mine.text).not.toContain('beta');
      expect(all.text).toContain('beta-secret-app');
    }
    for (const filter of ['webhook', 'application']) {
      const value = filter === 'webhook' ? other.webhook : 'beta-secret-app';
      const url = `/v1/deliveries?${filter}=${value}`;
      expect((await server.ask('GET', url, { headers: bearer(bound) })).json).toEqual({
        items: [],
        next: null,
      });
      expect((await asRoot('GET', url)).json['items']).toHaveLength(1);
    }
  });

  test('a bulk action keeps to the bound, also in the worker', async () => {
    for (const world of [own, other]) await die(world);
    const ofAlpha = await asRoot('POST', '/v1/dead-letters/redrive', {
      filter: { account: 'alpha' },
      dryRun: true,
    });
    const { matched } = ofAlpha.json;
    expect(matched).toBeGreaterThan(0);
    const headers = bearer(bound);
    for (const action of ['redrive', 'discard']) {
      const url = `/v1/dead-letters/${action}`;
      const foreign = await server.ask('POST', url, { headers, body: { filter: { account: 'beta' } } });
      expect(foreign).toMatchObject({ status: 403, json: { code: 'foreign_account' } });
      const dry = await server.ask('POST', url, { headers, body: { filter: {}, dryRun: true } });
      expect(dry.json).toEqual({ matched });
    }
    const begun = await server.ask('POST', '/v1/dead-letters/discard', { headers, body: { filter: {} } });
    expect(begun.json['matched']).toBe(matched);
    const id = String(begun.json['id']);
    await eventually(async () => {
      expect((await store.redrives.stepRedrive(id)).finished).toBe(true);
    });
    expect((await asRoot('GET', '/v1/dead-letters')).json['items']).toMatchObject([{ account: 'beta' }]);
    const job = await server.ask('GET', `/v1/redrives/${id}`, { headers });
    expect(job.json).toMatchObject({ done: matched, accounts: ['alpha', 'gamma'] });
  });

  test('an event of another account is not taken, and an id of another is taken without saying whose', async () => {
    const headers = bearer(bound);
    const event = { type: 'build.started', body: BUILD };
    const foreign = await server.ask('POST', '/v1/events', { headers, body: { ...event, account: 'beta' } });
    expect(foreign).toMatchObject({ status: 403, json: { code: 'foreign_account' } });
    const taken = await server.ask('POST', '/v1/events', {
      headers,
      body: { ...event, account: 'alpha', id: other.event },
    });
    expect(taken).toMatchObject({ status: 409, json: { code: 'event_id_taken' } });
    expect(taken.text.replaceAll(other.event, '')).not.toContain('beta');
  });

  test('a session has the roles and the bound of its token, and ends with it', async () => {
    const { json: made } = await asRoot('POST', '/v1/tokens', {
      name: 'ci',
      roles: ['read'],
      accounts: ['alpha'],
    });
    const signIn = await server.ask('POST', '/v1/session', { body: { token: made['token'] } as object });
    expect(signIn.json).toMatchObject({ name: 'ci', roles: ['read'], accounts: ['alpha'] });
    const cookie = String(signIn.headers['set-cookie']).split(';', 1)[0] ?? '';
    const headers = { cookie, 'x-hooklane-console': '1', 'sec-fetch-site': 'same-origin' };
    expect((await server.ask('GET', `/v1/webhooks/${other.webhook}`, { headers })).status).toBe(404);
    expect((await server.ask('GET', `/v1/webhooks/${own.webhook}`, { headers })).status).toBe(200);
    expect((await server.ask('DELETE', `/v1/webhooks/${own.webhook}`, { headers })).json).toMatchObject({
      code: 'missing_role',
    });
    expect((await asRoot('DELETE', `/v1/tokens/${String(made['id'])}`)).status).toBe(204);
    expect((await server.ask('GET', '/v1/scopes', { headers })).status).toBe(401);
  });
});

/** Makes the delivery of a world a dead letter. */
async function die({ webhook }: World): Promise<void> {
  const now = Date.now();
  const take = await store.lanes.take({ webhookId: webhook, run: 'test', limit: 10, now });
  if (take.kind !== 'work') throw new Error(`There is no work: ${take.kind}.`);
  const settlements = take.due.map((delivery) => ({
    delivery,
    attempt: sampleAttempt({ startedAt: now, outcome: 'gone', statusCode: 410 }),
    charged: true,
    disposition: { kind: 'dead', reason: 'gone' } as const,
  }));
  await store.lanes.settle({ webhookId: webhook, run: 'test', settlements, breaker: null, now });
}
