import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

interface Described {
  type: string;
  labels: string[];
}

const documented = new Map<string, Described & { over: string }>(
  [...page.matchAll(/^\| `(hooklane_\w+)`\s+\| (\w+)\s+\|([^|]*)\| (\S+)\s+\|/gm)].map(
    ([, name = '', type = '', labels = '', over = '']) => [
      name,
      { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).toSorted(), over },
    ],
  ),
);

/** Makes every metric of a program show a sample. */
function touch(metrics: Metrics): void {
  metrics.eventAccepted('build.started');
  metrics.eventDispatched('matched');
  metrics.attemptDone('ok', null, 1);
  metrics.delivered(1);
  metrics.setLaneSlots('lanes', 1);
  metrics.setServedShards([0], 1);
  metrics.redisCall({ call: 'take', durationMs: 1, ok: false });
  metrics.httpRequest({ method: 'GET', route: '/v1/x', status: 200, durationMs: 1 });
  const counts = { waiting: 1, due: 1, oldestDueAgeMs: 1 };
  metrics.setBacklogSource(() =>
    Promise.resolve({
      byLane: { healthy: counts, slow: counts, open: counts },
      lanes: 1,
      openLanes: 1,
      slowLanes: 1,
      deadLetters: 1,
      queues: { events: { waiting: 1, active: 1, delayed: 1, failed: 1 } },
      redis: { usedMemoryBytes: 1, maxMemoryBytes: 1, memory: { budgetBytes: 2_000_000, level: 'shed' } },
    }),
  );
}

/** What a scrape shows: type and labels of each of our metrics. */
async function exposed(program: 'worker' | 'server'): Promise<Map<string, Described>> {
  const metrics = createMetrics(program, '1.2.3');
  touch(metrics);
  const text = await metrics.text();
  const found = new Map<string, Described>();
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (hooklane_\w+) (\w+)$/gm)) {
    const suffix = type === 'histogram' ? '_count' : '';
    const sample = new RegExp(`^${name}${suffix}\\{(.*)\\} \\d`, 'm').exec(text)?.[1] ?? 'no_sample="x"';
    const labels = [...sample.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
    found.set(name, { type, labels: labels.filter((label) => label !== 'program').toSorted() });
  }
  return found;
}

describe('docs/metrics.md', () => {
  test('lists every metric of server and worker with its type and labels, and none that is not there', async () => {
    const all = new Map([...(await exposed('worker')), ...(await exposed('server'))]);
    const described = new Map([...documented].map(([name, { type, labels }]) => [name, { type, labels }]));
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(all));
  });

  test('says of each how to read it over several processes, and takes no sum of what all of them share', async () => {
    const shared =
      /backlog|due|hooklane_lanes$|hooklane_shards$|open_lanes|slow_lanes|dead_letters|queue_jobs|memory/;
    for (const [name, { over }] of documented) {
      expect([name, over]).toEqual([name, expect.stringMatching(/^(sum|max|min|–)$/)]);
      expect([name, over === 'max']).toEqual([name, shared.test(name)]);
    }
  });
});
