import { expect, test } from '@jest/globals';
import type { Backlog } from './backlog-gauges.ts';
import { createMetrics } from './metrics.ts';

const BACKLOG: Backlog = {
  byLane: {
    healthy: { waiting: 7, due: 5, oldestDueAgeMs: 1500 },
    slow: { waiting: 0, due: 0, oldestDueAgeMs: 0 },
    open: { waiting: 900, due: 800, oldestDueAgeMs: 60_000 },
  },
  lanes: 3,
  openLanes: 2,
  slowLanes: 0,
  deadLetters: 1,
  queues: { events: { waiting: 4, active: 1, delayed: 0, failed: 0 } },
  redis: { usedMemoryBytes: 1_000_000, maxMemoryBytes: 0, memory: { budgetBytes: 2_000_000, level: 'shed' } },
};

function sample(text: string, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

test('what happens on the way of an event is counted with bounded labels', async () => {
  const metrics = createMetrics('worker', '1.2.3');
  metrics.eventDispatched('matched');
  metrics.eventDispatched('duplicate', 2);
  metrics.attemptDone('ok', null, 12);
  metrics.attemptDone('timeout', 'receiver', 15_000);
  metrics.delivered(40);
  metrics.dead('exhausted');
  metrics.laneRunStarted('lanes');
  metrics.laneRunStarted('lanes');
  metrics.laneRunEnded('lanes');
  metrics.setLaneSlots('lanes', 64);
  metrics.setLoadSource(() => ({ triesInFlight: 3, window: 40 }));
  metrics.sweepWoke(4);
  metrics.redriveFinished('redrive', 17);
  metrics.badJob();
  metrics.redisCall({ call: 'take', durationMs: 0.7, ok: true });
  metrics.redisCall({ call: 'command', durationMs: 900, ok: false });
  const text = await metrics.text();
  const p = 'program="worker"';
  expect(sample(text, `hooklane_events_dispatched_total{result="duplicate",${p}}`)).toBe(2);
  expect(sample(text, `hooklane_attempts_total{outcome="ok",fault="none",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_attempts_total{outcome="timeout",fault="receiver",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_attempt_duration_seconds_sum{${p}}`)).toBeCloseTo(15.012);
  expect(sample(text, `hooklane_delivery_latency_seconds_bucket{le="0.05",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_deliveries_total{result="delivered",reason="none",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_deliveries_total{result="dead",reason="exhausted",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_deliveries_total{result="dead",reason="gone",${p}}`)).toBe(0);
  expect(sample(text, `hooklane_lane_runs_total{pool="lanes",${p}}`)).toBe(2);
  expect(sample(text, `hooklane_lanes_running{pool="lanes",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_lanes_running{pool="slow-lanes",${p}}`)).toBe(0);
  expect(sample(text, `hooklane_tries_in_flight{${p}}`)).toBe(3);
  expect(sample(text, `hooklane_lane_slots{pool="lanes",${p}}`)).toBe(64);
  expect(sample(text, `hooklane_window_tries{${p}}`)).toBe(40);
  expect(sample(text, `hooklane_sweep_wakes_total{${p}}`)).toBe(4);
  expect(sample(text, `hooklane_redrives_total{action="redrive",${p}}`)).toBe(1);
  expect(sample(text, `hooklane_redriven_deliveries_total{action="redrive",${p}}`)).toBe(17);
  expect(sample(text, `hooklane_bad_jobs_total{${p}}`)).toBe(1);
  expect(sample(text, `hooklane_bugs_total{${p}}`)).toBe(0);
  expect(sample(text, `hooklane_redis_round_trip_seconds_bucket{le="0.001",${p},call="take"}`)).toBe(1);
  expect(sample(text, `hooklane_redis_errors_total{${p}}`)).toBe(1);
  expect(sample(text, `hooklane_build_info{version="1.2.3",${p}}`)).toBe(1);
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('a program shows only what it does: what would stay 0 for ever is not there', async () => {
  const [worker, server] = [createMetrics('worker', '1.2.3'), createMetrics('server', '1.2.3')];
  server.eventAccepted('build.started', 3);
  const taken = await server.text();
  expect(sample(taken, 'hooklane_events_accepted_total{type="build.started",program="server"}')).toBe(3);
  expect(sample(taken, 'hooklane_events_accepted_total{type="deploy.started",program="server"}')).toBe(0);
  expect(taken).not.toMatch(/hooklane_(attempts|lane_runs)_total/);
  expect(await worker.text()).not.toContain('hooklane_events_accepted_total');
});

test('the backlog is read for a scrape, and left out when it cannot be read', async () => {
  const metrics = createMetrics('server', '1.2.3');
  expect(await metrics.text()).not.toMatch(/^hooklane_backlog_deliveries\S* /m);
  let broken = false;
  let reads = 0;
  metrics.setBacklogSource(() => {
    reads += 1;
    if (broken) return Promise.reject(new Error('Redis is away'));
    return Promise.resolve(BACKLOG);
  });
  const text = await metrics.text();
  expect(reads).toBe(1);
  expect(sample(text, 'hooklane_backlog_deliveries{lane="healthy",program="server"}')).toBe(7);
  expect(sample(text, 'hooklane_due_deliveries{lane="healthy",program="server"}')).toBe(5);
  expect(sample(text, 'hooklane_oldest_due_age_seconds{lane="healthy",program="server"}')).toBe(1.5);
  expect(sample(text, 'hooklane_backlog_deliveries{lane="open",program="server"}')).toBe(900);
  expect(sample(text, 'hooklane_queue_jobs{queue="events",state="waiting",program="server"}')).toBe(4);
  expect(sample(text, 'hooklane_redis_up{program="server"}')).toBe(1);
  expect(sample(text, 'hooklane_open_lanes{program="server"}')).toBe(2);
  expect(sample(text, 'hooklane_dead_letters{program="server"}')).toBe(1);
  broken = true;
  const blind = await metrics.text();
  expect(blind).not.toMatch(
    /^hooklane_(backlog|due|oldest|lanes|open|slow|dead_|queue|redis_(used|max))\S* /m,
  );
  expect(sample(blind, 'hooklane_redis_up{program="server"}')).toBe(0);
});

test('a backlog that never answers does not hold a scrape longer than 2 s', async () => {
  const metrics = createMetrics('server', '1.2.3');
  metrics.setBacklogSource(() => new Promise(() => {}));
  const startedAt = performance.now();
  expect(await metrics.text()).toContain('hooklane_events_accepted_total');
  expect(performance.now() - startedAt).toBeLessThan(12_000);
});

test('requests are told apart by method, route and class; made-up ones cannot grow the series', async () => {
  const metrics = createMetrics('server', '1.2.3');
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
