/**
 * Sick receivers, all at once against one worker that also has a steady, healthy load: each must end as expected, and the
 * worker must live on with bounded memory.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority, eventually } from '@hooklane/testkit';
import { demand, startHouse } from '../kit/house.ts';
import type { House } from '../kit/house.ts';
import { readDeliveries } from '../kit/read-deliveries.ts';
import type { KnownDelivery } from '../kit/read-deliveries.ts';
import { reckon } from '../kit/reckon.ts';
import type { RunOptions } from '../kit/run-fault.ts';
import { startPlainRedis } from '../rows/plain-redis.ts';
import type { Expected, OpenReceiver, SickReceiver } from './receiver.ts';

/** What came of one receiver. */
export interface ReceiverResult {
  name: string;
  title: string;
  verdict: 'ok' | 'failed' | 'skipped';
  deliveries: number;
  /** Of the last delivery: `dead, timeout, receiver`. */
  end: string;
  tries: number;
  problems: string[];
}

/** What came of all, and of the worker that met them. */
export interface ReceiversResult {
  receivers: ReceiverResult[];
  /** Deliveries of the healthy load beside them. */
  healthy: { owed: number; lost: number; problems: string[] };
  workerMemory: { beforeMb: number; peakMb: number };
  seconds: number;
}

const EVENTS = 3;
const PER_SECOND = 20;
/** The longest way: four tries with a time-out of 2 s, and 2.5 s of waits. */
const ENDED_MS = 60_000;
const SAMPLE_MS = 200;
/** What a worker may grow while it meets all of them at once. */
const MAX_GROWTH_MB = 150;
const ALLOWED = '127.0.0.0/8,::1/128';

interface Patient {
  receiver: SickReceiver;
  open: OpenReceiver;
  webhookId: string;
}

/** Runs them. Rejects only when the house could not be built. */
export async function runReceivers(
  all: readonly SickReceiver[],
  options: RunOptions,
): Promise<ReceiversResult> {
  const begun = performance.now();
  const receivers = all.filter(({ missing }) => (missing?.() ?? null) === null);
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-receivers-'));
  const [authority, redis] = await Promise.all([createAuthority(), startPlainRedis()]);
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, await authority.certificate());
  const house = await startHouse({
    redis,
    workers: 1,
    perSecond: PER_SECOND,
    env: {
      HOOKLANE_REQUEST_TIMEOUT: '2s',
      HOOKLANE_ALLOWED_NETWORKS: ALLOWED,
      NODE_EXTRA_CA_CERTS: ca,
      NODE_NO_WARNINGS: '1',
    },
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
  const opened: OpenReceiver[] = [];
  try {
    const patients = [];
    for (const receiver of receivers) {
      const open = await receiver.open({ authority });
      opened.push(open);
      patients.push(await admit(house, receiver, open));
    }
    const met = await meetAll(house, patients, options);
    const skipped = all.filter((receiver) => !receivers.includes(receiver)).map(skip);
    return { ...met, receivers: [...met.receivers, ...skipped], seconds: (performance.now() - begun) / 1000 };
  } finally {
    await house.stop();
    await Promise.all(opened.map(({ close }) => close()));
    await redis.stop();
    await authority.dispose();
    await rm(folder, { recursive: true });
  }
}

/** Each has an environment of its own, so that only its own events go to it. */
async function admit(house: House, receiver: SickReceiver, open: OpenReceiver): Promise<Patient> {
  const scope = `/accounts/acme/environments/${receiver.name}`;
  await demand(house.programs, 'PUT', scope, { enabled: true });
  const webhook = { name: receiver.name, event: 'deploy.finished', url: open.url };
  const { id } = await demand(house.programs, 'POST', `${scope}/webhooks`, webhook);
  return { receiver, open, webhookId: String(id) };
}

async function meetAll(
  house: House,
  patients: readonly Patient[],
  { say, signal }: RunOptions,
): Promise<Omit<ReceiversResult, 'seconds'>> {
  const [worker] = house.programs.workers;
  if (worker === undefined) throw new Error('There is no worker.');
  house.load.start();
  await sleep(2000, undefined, { signal });
  const memory = watchMemory(worker.pid);
  for (const { receiver } of patients) await emitTo(house, receiver.name);
  const ends = await Promise.all(patients.map((patient) => waitForEnd(house, patient)));
  await house.load.stop();
  await eventually(
    () => {
      if (house.ledger.missing() > 0)
        throw new Error(`${house.ledger.missing()} healthy deliveries are missing.`);
    },
    { timeoutMs: 30_000 },
  ).catch((error: unknown) => say(String(error)));
  await sleep(500);
  const { owed, lost, problems } = reckon(house.ledger, await readDeliveries(house.programs), house.hooks);
  const workerMemory = await memory.end();
  if (workerMemory.peakMb - workerMemory.beforeMb > MAX_GROWTH_MB) {
    problems.push(`the worker grew from ${workerMemory.beforeMb} to ${workerMemory.peakMb} MB`);
  }
  const alive = await Promise.race([worker.ended.then(() => false), sleep(50).then(() => true)]);
  if (!alive) problems.push('the worker did not live through it');
  return { receivers: ends, healthy: { owed, lost, problems }, workerMemory };
}

async function emitTo(house: House, environment: string): Promise<void> {
  for (let i = 0; i < EVENTS; i += 1) {
    const body = {
      app_name: 'shop',
      env_name: environment,
      deployment_id: String(i),
      deployment_state: 'SUCCESS',
    };
    await demand(house.programs, 'POST', '/events', { account: 'acme', type: 'deploy.finished', body });
  }
}

async function waitForEnd(house: House, { receiver, webhookId }: Patient): Promise<ReceiverResult> {
  let deliveries: KnownDelivery[] = [];
  let problems: string[] = [];
  const look = async (): Promise<void> => {
    deliveries = [...(await readDeliveries(house.programs, `&webhook=${webhookId}`)).values()];
    problems = deliveries.flatMap((delivery) => differences(delivery, receiver.expected));
    if (deliveries.length !== EVENTS) problems.push(`${deliveries.length} deliveries, not ${EVENTS}`);
    if (problems.length > 0) throw new Error(problems.join('; '));
  };
  await eventually(look, { timeoutMs: ENDED_MS, everyMs: 500 }).catch(() => undefined);
  const [first] = deliveries;
  const last = first?.attempts.at(-1);
  return {
    name: receiver.name,
    title: receiver.title,
    verdict: problems.length === 0 ? 'ok' : 'failed',
    deliveries: deliveries.length,
    end: [first?.status, last?.outcome, last?.error?.code ?? last?.statusCode, last?.fault]
      .filter((part) => part !== null && part !== undefined)
      .join(', '),
    tries: Math.max(0, ...deliveries.map(({ attemptCount }) => attemptCount)),
    problems,
  };
}

function differences(delivery: KnownDelivery, expected: Expected): string[] {
  const last = delivery.attempts.at(-1);
  const found: Record<string, unknown> = {
    status: delivery.status,
    reason: delivery.reason,
    tries: delivery.attempts.length,
    outcome: last?.outcome,
    fault: last?.fault,
    error: last?.error?.code,
    statusCode: last?.statusCode,
  };
  const { nextIn, ...plain } = expected;
  const wrong = Object.entries(plain)
    .filter(([key, value]) => found[key] !== value)
    .map(([key, value]) => `${key} is ${String(found[key])}, not ${String(value)}`);
  if (nextIn === undefined || last === undefined) return wrong;
  const ms = Date.parse(delivery.nextAttemptAt ?? '') - Date.parse(last.startedAt);
  if (!(ms >= nextIn[0] && ms <= nextIn[1])) wrong.push(`the next try is in ${ms} ms`);
  return wrong;
}

function watchMemory(pid: number): { end: () => Promise<{ beforeMb: number; peakMb: number }> } {
  let before = 0;
  let peak = 0;
  const sample = async (): Promise<void> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const mb = Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
    before = before === 0 ? mb : before;
    peak = Math.max(peak, mb);
  };
  void sample();
  const timer = setInterval(() => void sample(), SAMPLE_MS);
  return {
    end: async () => {
      clearInterval(timer);
      await sample();
      return { beforeMb: before, peakMb: peak };
    },
  };
}

function skip({ name, title, missing }: SickReceiver): ReceiverResult {
  const why = missing?.() ?? '';
  return { name, title, verdict: 'skipped', deliveries: 0, end: '–', tries: 0, problems: [why] };
}
