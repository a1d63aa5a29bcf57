/**
 * The usual way to do it with BullMQ, a process of its own: a job for each event, which adds a job for each delivery.
 * Options as the documentation of BullMQ has them; of concurrencies, 64 to 256 deliveries at once cost the same CPU time.
 */
import { signRequest } from '@hooklane/signature';
import { createTransport } from '@hooklane/transport';
import type { PostResult } from '@hooklane/transport';
import { Queue, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { SECRET, webhookPath } from '../workload.ts';
import { DELIVERIES, EVENTS } from './baseline-queues.ts';
import type { BaselineTask, DeliveryJob, EventJob } from './baseline-queues.ts';

const EVENT_CONCURRENCY = 16;
const DELIVERY_CONCURRENCY = 128;
const KEPT_SEC = 86_400;

const task = JSON.parse(process.argv[2] ?? '') as BaselineTask;
const connection = new Redis(task.redisUrl, { maxRetriesPerRequest: null, enableAutoPipelining: true });
const transport = createTransport({ allowedNetworks: ['127.0.0.0/8'] });
const deliveries = new Queue<DeliveryJob>(DELIVERIES, { connection });

/** The webhooks are known without asking Redis: that is more than a real program could count on. */
async function fanOut({ id = '', data }: Job<EventJob>): Promise<void> {
  const { application, type, body } = data;
  const jobs = Array.from({ length: task.fanOut }, (_, index) => {
    const path = webhookPath(application, index);
    const job: DeliveryJob = { eventId: id, type, webhook: path, url: task.origin + path, body };
    const opts = {
      jobId: `${id}.${index}`,
      attempts: 10,
      backoff: { type: 'exponential', delay: 5000 },
      removeOnComplete: true,
    };
    return { name: 'delivery', data: job, opts };
  });
  await deliveries.addBulk(jobs);
}

async function deliver(job: Job<DeliveryJob>): Promise<void> {
  const { eventId, type, url, body } = job.data;
  const startedAt = Date.now();
  const timestampSec = Math.floor(startedAt / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'baseline',
    'webhook-id': eventId,
    'webhook-timestamp': String(timestampSec),
    'hooklane-event': type,
    'hooklane-delivery': String(job.id),
    'hooklane-attempt': String(job.attemptsMade + 1),
    ...signRequest({ profile: 'standard', secrets: [SECRET], id: eventId, timestampSec, body }),
  };
  const result = await transport.post({ url, headers, body });
  await record(job, startedAt, result);
  if (result.kind === 'failure') throw new Error(result.message);
  if (result.statusCode >= 300) throw new Error(`status ${result.statusCode}`);
}

/** The state of the delivery, and an index of the webhook's deliveries. */
async function record(
  { id, data, attemptsMade }: Job<DeliveryJob>,
  at: number,
  result: PostResult,
): Promise<void> {
  const attempt = {
    number: attemptsMade + 1,
    at,
    status: result.kind === 'answer' ? result.statusCode : null,
    ms: result.durationMs,
  };
  const key = `delivery:${id}`;
  const state = result.kind === 'answer' && result.statusCode < 300 ? 'delivered' : 'retrying';
  await Promise.all([
    connection.hset(key, {
      event: data.eventId,
      webhook: data.webhook,
      state,
      last: JSON.stringify(attempt),
    }),
    connection.expire(key, KEPT_SEC),
    connection.zadd(`log:${data.webhook}`, at, data.eventId),
  ]);
}

const onError = (error: Error): void => void process.stderr.write(`${error.message}\n`);
const workers = [
  new Worker(EVENTS, fanOut, { connection, concurrency: EVENT_CONCURRENCY }),
  new Worker(DELIVERIES, deliver, { connection, concurrency: DELIVERY_CONCURRENCY }),
];
for (const worker of workers) worker.on('error', onError).on('failed', (_job, error) => onError(error));
