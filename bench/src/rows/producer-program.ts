/** Emits as fast as so many callers can, a process of its own. */
import { createProducer } from '@hooklane/producer';
import { Agent } from 'undici';
import { sharedNow } from '../shared-clock.ts';
import { latencySummary } from '../statistics.ts';
import { ACCOUNT, EVENT_TYPE, FAN_OUT_10, eventBodies } from '../workload.ts';
import type { ProducerResult, ProducerTask } from './producer.ts';

const WARM_UP_MS = 1000;

/** Resolves when the event is safe. */
interface Way {
  emit(body: string): Promise<unknown>;
  close(): Promise<void>;
}

const task = JSON.parse(process.argv[2] ?? '') as ProducerTask;
const bodies = eventBodies(FAN_OUT_10);

function openWay(): Way {
  const { into } = task;
  if ('redisUrl' in into) {
    const producer = createProducer({ redis: into.redisUrl });
    return {
      emit: (body) => producer.emit({ account: ACCOUNT, type: EVENT_TYPE, body }),
      close: () => producer.close(),
    };
  }
  const agent = new Agent({ connections: task.callers, allowH2: false });
  const url = new URL(`${into.api}/events`);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${into.token}` };
  return {
    async emit(body) {
      const text = `{"account":"${ACCOUNT}","type":"${EVENT_TYPE}","body":${body}}`;
      const { origin, pathname: path } = url;
      const answer = await agent.request({ origin, path, method: 'POST', headers, body: text });
      if (answer.statusCode !== 202) throw new Error(`${answer.statusCode} ${await answer.body.text()}`);
      await answer.body.dump();
    },
    close: () => agent.close(),
  };
}

const way = openWay();
const startAt = sharedNow();
const cpu = process.cpuUsage();
const countsFrom = startAt + WARM_UP_MS;
const endsAt = countsFrom + task.seconds * 1000;
const latencies: number[] = [];
let events = 0;

async function call(): Promise<void> {
  for (let now = sharedNow(); now < endsAt && events < task.most;) {
    events += 1;
    await way.emit(bodies[events % bodies.length] ?? '');
    const done = sharedNow();
    if (now >= countsFrom) latencies.push(done - now);
    now = done;
  }
}

await Promise.all(Array.from({ length: task.callers }, call));
const measuredMs = sharedNow() - countsFrom;
const { user, system } = process.cpuUsage(cpu);
await way.close();
const { p50, p99 } = latencySummary(latencies);
const rate = (latencies.length / measuredMs) * 1000;
const result: ProducerResult = { rate, p50, p99, cpuMicros: user + system, events };
process.stdout.write(`${JSON.stringify(result)}\n`);
