/** A real Prometheus scrapes a real server and worker: every panel shows data, and alerts fire and resolve. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Programs,
  type Receiver,
  type TestRedis,
  eventually,
  startPrograms,
  startReceiver,
  startRedis,
} from '@hooklane/testkit';
import { NO_PROMETHEUS, type Prometheus, TEST_WINDOW, startPrometheus } from './prometheus.ts';
import { readAlerts, readDashboards, selectorsOf } from './shipped.ts';

const APPLICATION = '/accounts/jdoe/applications/shop';
const WAIT = { timeoutMs: 45_000, everyMs: 500 };

let redis: TestRedis;
let receiver: Receiver;
let programs: Programs;
let prometheus: Prometheus;
/** Ends the events that come all the time. */
let endTraffic: () => Promise<void>;

/** Emits all the time; a call that fails is what some alerts are about. */
function startTraffic(): () => Promise<void> {
  let build = 0;
  const end = new AbortController();
  const work = (async () => {
    while (!end.signal.aborted) {
      const body = { app_name: 'shop', build_num: String(++build), status: 'Queued' };
      const event = { account: 'jdoe', type: 'build.started', body };
      await programs.call('POST', '/events', event).catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  })();
  return () => {
    end.abort();
    return work;
  };
}

async function addWebhook(name: string, path: string): Promise<void> {
  const webhook = { name, event: 'build.started', url: receiver.url(path) };
  expect((await programs.call('POST', `${APPLICATION}/webhooks`, webhook)).status).toBe(201);
}

/** Waits until these fire, or until none of them does. */
function expectFiring(alerts: readonly string[], fire: boolean): Promise<void> {
  return eventually(async () => {
    const firing = await prometheus.firing();
    expect(alerts.filter((name) => firing.includes(name))).toEqual(fire ? alerts : []);
  }, WAIT);
}

const when = NO_PROMETHEUS === '' ? describe : describe.skip;

when(`A Prometheus that scrapes a running stack${NO_PROMETHEUS}`, () => {
  beforeAll(async () => {
    redis = await startRedis({ aof: true });
    receiver = await startReceiver();
    programs = await startPrograms({
      redisUrl: redis.url,
      env: {
        HOOKLANE_RETRY_SCHEDULE: '200ms,300ms',
        HOOKLANE_BREAKER_FAULTS: '8',
        HOOKLANE_BREAKER_SPAN: '1s',
        LOG_LEVEL: 'silent',
      },
    });
    await programs.call('PUT', APPLICATION, { enabled: true });
    await addWebhook('healthy', '/healthy');
    receiver.answer('/down', 503);
    await addWebhook('down', '/down');
    prometheus = await startPrometheus(programs.scraped);
    // A rise can only be seen from what was scraped before it.
    await eventually(async () => {
      const [scrapes] = await prometheus.query('min(count_over_time(hooklane_dead_letters[1m]))');
      expect(scrapes?.value).toBeGreaterThanOrEqual(2);
    }, WAIT);
    endTraffic = startTraffic();
  }, 60_000);

  afterAll(async () => {
    await endTraffic();
    await prometheus.stop();
    await programs.stop();
    await receiver.close();
    await redis.stop();
  }, 30_000);

  test('sees a dead receiver: its lane opens, deliveries become dead letters, the alerts fire', async () => {
    await expectFiring(['HooklaneDeadLetters'], true);
    await expectFiring(['HooklaneDeadLettersOpen', 'HooklaneReceiverDown'], true);
    const quiet = [
      'HooklaneNoWorker',
      'HooklaneShardUnserved',
      'HooklaneRedisUnreachable',
      'HooklaneDeliveriesLate',
      'HooklaneBugs',
    ];
    const firing = await prometheus.firing();
    expect(quiet.filter((name) => firing.includes(name))).toEqual([]);
  }, 120_000);

  const panels = readDashboards().flatMap(({ title, panels: all }) =>
    all.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => [`${title}, ${panel.title}`, expr] as const),
    ),
  );

  test.each(panels)('gives data for the panel %s: %s', async (_panel, expr) => {
    await eventually(
      async () => {
        const samples = await prometheus.query(expr.replaceAll('$__rate_interval', TEST_WINDOW));
        expect(samples.filter(({ value }) => Number.isFinite(value)).length).toBeGreaterThan(0);
      },
      { timeoutMs: 15_000, everyMs: 500 },
    );
  });

  test('resolves the alert when the receiver is back, and what waited arrives', async () => {
    receiver.answer('/down', 200);
    await expectFiring(['HooklaneReceiverDown'], false);
    await eventually(async () => {
      const [open] = await prometheus.query('max(hooklane_backlog_deliveries{lane="open"})');
      expect(open?.value).toBe(0);
    }, WAIT);
  }, 100_000);

  test('sees Redis away and the API refusing, and sees them back', async () => {
    const alerts = ['HooklaneApiErrors', 'HooklaneRedisUnreachable'];
    await redis.pause();
    try {
      await expectFiring(alerts, true);
    } finally {
      await redis.resume();
    }
    await expectFiring(alerts, false);
  }, 100_000);

  test.each(readAlerts().map(({ alert, expr }) => [alert, expr] as const))(
    'has data for every metric and label of the alert %s: %s',
    async (_alert, expr) => {
      for (const selector of selectorsOf(expr)) {
        // What was there a moment ago counts: gauges are left out while Redis is away.
        const samples = await prometheus.query(`last_over_time(${selector}[3m])`);
        expect([selector, samples.length > 0]).toEqual([selector, true]);
      }
    },
  );

  test('sees that no worker is left, and sees a new one', async () => {
    await programs.workers[0]?.kill9();
    await expectFiring(['HooklaneNoWorker'], true);
    await programs.startWorker();
    await prometheus.scrape(programs.scraped);
    await expectFiring(['HooklaneNoWorker'], false);
  }, 100_000);
});
