/** A store with 100,000 deliveries: the list opens and filters in under a second, measured in the browser. */
import { expect, test } from '@jest/globals';
import { sampleEventBody } from '@hooklane/core';
import { createProducer } from '@hooklane/producer';
import { eventually } from '@hooklane/testkit';
import type { House } from './house.ts';
import { describeInBrowser } from './scene.ts';

const WEBHOOKS = 50;
const EVENTS = 2000;
/** Deliveries that only a look at all others finds: they are the oldest. */
const RARE = 3;
const FILL_MS = 240_000;
/** The promise, on a machine that has nothing else to do. */
const MOST_MS = 1000;
/** One of so many looks must keep it. */
const LOOKS = 6;
/** Where the same without anything to find takes long already, the store is not what takes the time; so many times that is allowed. */
const OF_EMPTY = 6;

const OPTIONS = { env: { HOOKLANE_RETRY_SCHEDULE: '1s' }, prepare: fill, withinMs: FILL_MS };

describeInBrowser('100,000 deliveries in Chromium', OPTIONS, (scene) => {
  const open = async (path: string): Promise<number> => {
    const { page } = scene.watched;
    await page.goto(path);
    await page.evaluate(settled);
    return page.evaluate(() => performance.now());
  };
  const go = (path: string): Promise<number> => scene.watched.page.evaluate(goTo, path);

  test('open in under a second, and only the rows in sight are in the page', async () => {
    await expectPrompt(
      'opened',
      () => open('/deliveries'),
      () => open('/deliveries?account=nobody'),
    );
    const { page } = scene.watched;
    expect(await page.getByRole('table').getByRole('row').count()).toBeLessThan(80);
  }, 120_000);

  test.each([
    ['many, by status', 'status=dead', 30],
    ['many, by another status', 'status=delivered', 30],
    ['none, by status', 'status=retrying', 0],
    ['many, by status code', 'statusCode=400', 30],
    ['few and the oldest, by status code', 'statusCode=418', RARE],
    ['none, by status code', 'statusCode=503', 0],
    ['few and the oldest, by event', 'event=build.started', RARE],
    ['none, by event', 'event=deploy.finished', 0],
    ['many, by webhook', 'webhook=BROKEN', 30],
    ['few and the oldest, by webhook', 'webhook=TEAPOT', RARE],
    ['many, by application', 'account=acme&application=shop', 30],
    ['none, by account', 'account=nobody', 0],
    ['many, until a time', 'until=MIDDLE', 30],
    ['many, since a time', 'since=MIDDLE', 30],
    ['none, since a time', 'since=2100-01-01T00:00:00Z', 0],
    ['none, until a time', 'until=2001-01-01T00:00:00Z', 0],
    ['few, by all together', 'status=dead&reason=exhausted&statusCode=418&until=MIDDLE&webhook=TEAPOT', RARE],
    ['none, by two that exclude each other', 'status=delivered&statusCode=400', 0],
    ['none, by a webhook and what it never answered', 'webhook=BROKEN&statusCode=200', 0],
  ])(
    'are filtered in under a second: %s',
    async (what, query, least) => {
      const { page } = scene.watched;
      const search = await fillIn(scene.house, query);
      await page.goto('/deliveries?account=acme');
      await page.evaluate(settled);
      await expectPrompt(
        what,
        () => go(`/deliveries?${afresh(search)}`),
        () => go(`/deliveries?${afresh('account=nobody')}`),
      );
      const shown = page.getByRole('table', { name: 'Deliveries' }).locator('[data-index]');
      if (least === 0) await page.getByText('No delivery matches').waitFor();
      else
        await eventually(async () => expect(await shown.count()).toBeGreaterThanOrEqual(Math.min(least, 15)));
    },
    60_000,
  );
});

let looks = 0;
/** When half of the events were accepted, ms since the epoch. */
let middle = 0;

/** The same filter, but not one that was asked for before. */
function afresh(search: string): string {
  const query = new URLSearchParams(search);
  const until = Date.parse(query.get('until') ?? '2100-01-01T00:00:00Z');
  query.set('until', new Date(until + ++looks).toISOString());
  return query.toString();
}

/** Names of the test → what they stand for in this store. */
async function fillIn({ api }: House, query: string): Promise<string> {
  const { webhooks } = await api.getApplication({ params: { account: 'acme', name: 'shop' } });
  const idOf = (name: string): string => webhooks.find((webhook) => webhook.name === name)?.id ?? '';
  return query
    .replace('BROKEN', idOf('hook-0'))
    .replace('TEAPOT', idOf('teapot'))
    .replace('MIDDLE', new Date(middle).toISOString());
}

async function fill(house: House): Promise<void> {
  const { api, redis, receiver } = house;
  const params = { account: 'acme', name: 'shop' };
  receiver.answer('/broken', 400);
  receiver.answer('/teapot', 418);
  await api.setApplication({ params, body: { enabled: true } });
  const add = (name: string, event: 'build.started' | 'build.finished', path: string) =>
    api.createApplicationWebhook({ params, body: { name, event, url: receiver.url(path) } });
  await add('teapot', 'build.started', '/teapot');
  for (let i = 0; i < WEBHOOKS; i += 1) await add(`hook-${i}`, 'build.finished', i === 0 ? '/broken' : '/ok');
  const producer = createProducer({ redis: redis.url });
  const emit = (type: 'build.started' | 'build.finished', count: number) => {
    const body = sampleEventBody(type, 'acme', 'shop');
    return Promise.all(Array.from({ length: count }, () => producer.emit({ account: 'acme', type, body })));
  };
  await emit('build.started', RARE);
  await waitDead(house, RARE);
  for (let i = 0; i < EVENTS; i += 100) {
    if (i === EVENTS / 2) middle = Date.now();
    await emit('build.finished', 100);
  }
  await producer.close();
  await eventually(
    async () => {
      const { backlog } = await api.getStatus();
      const done = receiver.received >= EVENTS * (WEBHOOKS - 1);
      if (!done || backlog.waiting > 0) throw new Error(`${receiver.received} received`);
    },
    { timeoutMs: FILL_MS, everyMs: 500 },
  );
}

async function waitDead({ api }: House, count: number): Promise<void> {
  await eventually(
    async () => {
      const { deadLetters } = await api.getStatus();
      expect(deadLetters).toBe(count);
    },
    { timeoutMs: 30_000, everyMs: 200, describe: 'the oldest dead' },
  );
}

/** Some look must be as quick as promised, or as quick as a look at nothing at the same moment allows. */
async function expectPrompt(
  what: string,
  look: () => Promise<number>,
  lookAtNothing: () => Promise<number>,
): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < LOOKS; i += 1) {
    const empty = await lookAtNothing();
    const ms = await look();
    seen.push(`${Math.round(ms)} ms (nothing: ${Math.round(empty)} ms)`);
    if (ms > Math.max(MOST_MS, OF_EMPTY * empty)) continue;
    process.stdout.write(`100,000 deliveries: ${what} in ${seen.at(-1)}\n`);
    return;
  }
  throw new Error(`Never as prompt as promised: ${what} in ${seen.join(', ')}`);
}

/** Runs in the page: resolves in the first frame in which there are rows, or the word that there are none. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const hasRows = document.querySelector('[role=table] [data-index]') !== null;
      if (hasRows || document.body.textContent.includes('No delivery matches')) resolve();
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** Runs in the page: goes to an address as a link does; how long until what was fetched for it is shown, ms. */
function goTo(path: string): Promise<number> {
  const start = performance.now();
  performance.clearResourceTimings();
  window.history.pushState({}, '', path);
  window.dispatchEvent(new PopStateEvent('popstate'));
  const wanted = new URL(path, window.location.href).searchParams.get('until');
  return new Promise((resolve) => {
    const look = (): void => {
      const isFetched = performance
        .getEntriesByType('resource')
        .some(({ name }) => new URL(name).searchParams.get('until') === wanted);
      const hasRows = document.querySelector('[role=table] [data-index]') !== null;
      const isEmpty = document.body.textContent.includes('No delivery matches');
      const isLoading = document.querySelector('[data-skeleton]') !== null;
      if ((isFetched || wanted === null) && !isLoading && (hasRows || isEmpty))
        resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
