import { expect, test } from '@jest/globals';
import { MEASURED_FILE, readMeasured } from './measured.ts';
import { comparePoints } from './points.ts';

/** How far the simulation may be from what was measured, as factors: what docs/capacity.md says. */
const WITHIN = { 'deliveries/s': 1.5, 'µs/delivery': 1.7, ms: 2 } as const;
/** Several workers, Redis and the receiver on two cores drive each other out of the caches; the simulation knows of none. */
const CROWDED = 1.9;
/** The way over sockets and timers, of which the simulation knows nothing, may take so long beside, ms. */
const WAY_MS = 4;
/** Above, what was measured is a queue that other work on the machine let grow. The simulation knows of none. */
const QUIET_MS = 20;

test('The simulation repeats what was measured: throughput by fan-out and workers, costs and latency by load', async () => {
  const measured = await readMeasured(MEASURED_FILE);
  const points = comparePoints(measured, measured.costs);
  // p99 is mostly pauses of the machine, so it is shown but not held.
  const held = points.filter(
    (point) => point.unit !== 'ms' || (point.name.endsWith('p50') && point.measured <= QUIET_MS),
  );
  const off = held.flatMap(({ name, unit, measured: value, simulated }) => {
    const factor = Math.max(simulated / value, value / simulated);
    const isNear = unit === 'ms' && Math.abs(simulated - value) <= WAY_MS;
    const within = name.includes(' workers') ? Math.max(CROWDED, WITHIN[unit]) : WITHIN[unit];
    return factor <= within || isNear ? [] : [`${name}: measured ${value}, simulated ${simulated}`];
  });
  expect(off).toEqual([]);
  expect(held.filter(({ isFitted }) => !isFitted).length).toBeGreaterThanOrEqual(10);
}, 60_000);
