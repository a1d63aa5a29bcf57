/** Emits on schedule, a process of its own. No emit waits for the ones before. */
import { createProducer } from '@hooklane/producer';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedNow } from '../shared-clock.ts';
import { latencySummary } from '../statistics.ts';
import { ACCOUNT, EVENT_TYPE, eventBodies } from '../workload.ts';
import { timedId } from './latency-task.ts';
import type { LatencyEmitted, LatencyTask } from './latency-task.ts';

/** The first event is due so long after the start, ms: the connection is open by then. */
const LEAD_MS = 500;

const { redisUrl, rate, events, workload } = JSON.parse(process.argv[2] ?? '') as LatencyTask;
const bodies = eventBodies(workload);
const producer = createProducer({ redis: redisUrl });

async function emit(index: number): Promise<void> {
  const body = bodies[index % bodies.length] ?? '';
  await producer.emit({ id: timedId(index), account: ACCOUNT, type: EVENT_TYPE, body });
}

const startAt = sharedNow() + LEAD_MS;
const emitted: Promise<void>[] = [];
const late: number[] = [];
while (emitted.length < events) {
  const now = sharedNow();
  for (let at = dueAt(); at <= now && emitted.length < events; at = dueAt()) {
    late.push(now - at);
    const promise = emit(emitted.length);
    // An emit that fails is heard of at the end.
    promise.catch(() => {});
    emitted.push(promise);
  }
  await sleep(1);
}
await Promise.all(emitted);
await producer.close();
const result: LatencyEmitted = { startAt, lateP99: latencySummary(late).p99 };
process.stdout.write(`${JSON.stringify(result)}\n`);

function dueAt(): number {
  return startAt + (emitted.length * 1000) / rate;
}
