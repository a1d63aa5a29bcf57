/** The usual way: one BullMQ job per event and one per delivery. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../private-redis.ts';
import { EVENT_TYPE, eventBodies, eventsFor, mostDeliveries } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { DELIVERIES, EVENTS } from './baseline-queues.ts';
import type { BaselineTask, EventJob } from './baseline-queues.ts';
import { COSTS, RATE, measureSending } from './measure-sending.ts';
import type { Measured, Row, Setting } from './row.ts';

const JOBS_PER_WRITE = 500;

/** The row of a workload. */
export function baseline(workload: Workload): Row {
  return {
    name: `baseline fan-out ${workload.fanOut}`,
    group: 'throughput',
    figures: [RATE, ...COSTS],
    comparedWith: [],
    most: mostDeliveries(workload),
    secure: false,
    measure: (setting) => measure(setting, workload),
  };
}

async function measure(setting: Setting, workload: Workload): Promise<Measured> {
  await using redis = await startPrivateRedis(setting.folder);
  setting.onRedis(redis.version);
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const queues = [EVENTS, DELIVERIES].map((name) => new Queue(name, { connection }));
  try {
    const { fanOut } = workload;
    const task: BaselineTask = { redisUrl: redis.url, origin: setting.receiver.origin, fanOut };
    const program = fileURLToPath(new URL('./baseline-program.ts', import.meta.url));
    return await measureSending(setting, {
      deliveries: setting.deliveries,
      fill: (deliveries) => addEvents(queues[0] as Queue<EventJob>, workload, deliveries),
      senders: [{ name: 'baseline worker', args: [program, JSON.stringify(task)] }],
      redis: redis.client,
      pending: async () => (await Promise.all(queues.map(jobsLeft))).reduce((sum, count) => sum + count, 0),
    });
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    connection.disconnect();
  }
}

/** As many events as make so many deliveries, or a few more; resolves to how many those are. */
async function addEvents(queue: Queue<EventJob>, workload: Workload, deliveries: number): Promise<number> {
  const events = eventsFor(workload, deliveries);
  const run = randomUUID();
  const bodies = eventBodies(workload);
  for (let from = 0; from < events; from += JOBS_PER_WRITE) {
    const jobs = Array.from({ length: Math.min(JOBS_PER_WRITE, events - from) }, (_, index) => {
      const application = (from + index) % bodies.length;
      const data: EventJob = { application, type: EVENT_TYPE, body: bodies[application] ?? '' };
      return {
        name: EVENT_TYPE,
        data,
        opts: { jobId: `${run}-${from + index}`, attempts: 3, removeOnComplete: true },
      };
    });
    await queue.addBulk(jobs);
  }
  return events * workload.fanOut;
}

async function jobsLeft(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
