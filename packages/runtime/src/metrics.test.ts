import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';

function sample(text: string, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

test('what happens on the way of an event is counted with bounded labels', async () => {
  const metrics = createMetrics('worker');
  metrics.eventAccepted('build.started', 3);
  metrics.eventDispatched('matched');
  metrics.eventDispatched('duplicate', 2);
  metrics.attemptDone('ok', null, 12);
  metrics.attemptDone('timeout', 'receiver', 15_000);
  metrics.delivered(40);
  metrics.dead();
  metrics.laneRunStarted('lanes');
  metrics.laneRunStarted('lanes');
  metrics.laneRunEnded('lanes');
  metrics.triesInFlight(5);
  metrics.triesInFlight(-2);
  metrics.sweepWoke(4);
  const text = await metrics.text();
  const p = 'program="worker"';
  expect(sample(text, `hooklane_events_accepted_total{type="build.started",${p}}`)).toBe(3);
  expect(sample(text, `hooklane_events_accepted_total{type="deploy.started",${p}}`)).toBe(0);
  expect(sample(text, `hooklane_events_dispatched_total{result="duplicate",${p}}`)).toBe(2);
  expect(sample(text, `hooklane_attempts_total{outcome="ok",fault="none",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_attempts_total{outcome="timeout",fault="receiver",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_attempt_duration_seconds_sum{${p}}`)).toBeCloseTo(15.012);
  expect(sample(text, `hooklane_delivery_latency_seconds_bucket{le="0.05",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_deliveries_total{result="delivered",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_deliveries_total{result="dead",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_lane_runs_total{pool="lanes",${p}}`)).toBe(2);
  expect(sample(text, `hooklane_lanes_running{pool="lanes",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_lanes_running{pool="slow-lanes",${p}}`)).toBe(0);
  expect(sample(text, `hooklane_tries_in_flight{${p}}`)).toBe(3);
  expect(sample(text, `hooklane_sweep_wakes_total{${p}}`)).toBe(4);
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('the backlog is read for a scrape, and left out when it cannot be read', async () => {
  const metrics = createMetrics('server');
  expect(await metrics.text()).not.toMatch(/^hooklane_backlog_deliveries\S* /m);
  let broken = false;
  let reads = 0;
  metrics.setBacklogSource(() => {
    reads += 1;
    if (broken) return Promise.reject(new Error('Redis is away'));
    return Promise.resolve({ waiting: 7, oldestDueAgeMs: 1500, openLanes: 2, deadLetters: 1 });
  });
  const text = await metrics.text();
  expect(reads).toBe(1);
  expect(sample(text, 'hooklane_backlog_deliveries{program="server"}')).toBe(7);
  expect(sample(text, 'hooklane_oldest_due_age_seconds{program="server"}')).toBe(1.5);
  expect(sample(text, 'hooklane_open_lanes{program="server"}')).toBe(2);
  expect(sample(text, 'hooklane_dead_letters{program="server"}')).toBe(1);
  broken = true;
  expect(await metrics.text()).not.toMatch(/^hooklane_(backlog|oldest|open|dead_)\S* /m);
});

test('a backlog that never answers does not hold a scrape longer than 2 s', async () => {
  const metrics = createMetrics('server');
  metrics.setBacklogSource(() => new Promise(() => {}));
  const startedAt = performance.now();
  expect(await metrics.text()).toContain('hooklane_events_accepted_total');
  expect(performance.now() - startedAt).toBeLessThan(4000);
});

test('requests are told apart by method, route and class; made-up ones cannot grow the series', async () => {
  const metrics = createMetrics('server');
  metrics.httpRequest({ method: 'GET', route: '/v1/events/:id', status: 404, durationMs: 3 });
  for (let i = 0; i < 2000; i += 1) {
    metrics.httpRequest({ method: `M${i}`, route: `/made-up/${i}`, status: 200, durationMs: 1 });
  }
  const text = await metrics.text();
  const count = 'hooklane_http_request_duration_seconds_count';
  expect(sample(text, `${count}{program="server",method="GET",route="/v1/events/:id",status="4xx"}`)).toBe(1);
  const series = text.split('\n').filter((line) => line.startsWith(count));
  expect(series.length).toBeLessThanOrEqual(502);
  const total = series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  expect(total).toBe(2001);
});
