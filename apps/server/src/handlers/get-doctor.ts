/** GET /v1/doctor */
import { HooklaneError, formatDuration } from '@hooklane/core';
import type { Notice } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import type { Ports, WorkerSeen } from '../ports.ts';
import { rfc3339 } from '../views/time.ts';
import { unservedSentence, unservedShards } from '../views/unserved-shards.ts';

interface Finding {
  check: string;
  level: 'ok' | 'warning' | 'error';
  message: string;
  advice: string | null;
}

const MOST_CLOCK_MS = 2000;
const MOST_NOTICES = 100;
const MOST_WAITING_JOBS = 1000;
const MOST_DUE_AGE_MS = 60_000;

function fine(check: string, message: string): Finding {
  return { check, level: 'ok', message, advice: null };
}

/** Looks at everything that has to be right for deliveries to go out, and says what to do where it is not. */
export const getDoctor: Handler<'getDoctor'> = async (_request, { ports, now, version }) => {
  const findings = await Promise.all([
    checkRedis(ports),
    checkSetup(ports),
    checkQueue(ports),
    checkBacklog(ports),
    checkWorkers(ports, version),
    checkKey(ports),
    checkNotices(ports),
  ]);
  return { status: 200, body: { findings: findings.flat(), checkedAt: rfc3339(now()) } };
};

async function checkRedis({ health }: Ports): Promise<Finding[]> {
  const { ok, version, problems } = await health.checkRedis();
  if (ok) return [fine('redis', `Redis ${version ?? ''} answers, and evicts nothing (noeviction).`)];
  return problems.map((message) => ({
    check: 'redis',
    level: 'error',
    message,
    advice: 'Deliveries are not safe, or stand still, until this is mended.',
  }));
}

async function checkSetup({ operations }: Ports): Promise<Finding[]> {
  const { aof, clockAheadMs, memory } = await operations.reportRedis();
  const clock = `Redis's clock is ${formatDuration(Math.abs(clockAheadMs))} ${clockAheadMs < 0 ? 'behind' : 'ahead of'} the server's.`;
  const { usedBytes, budgetBytes, level } = memory;
  const loss = { ok: '', shed: ' Answers of receivers are not kept.', refuse: ' New events are refused.' }[
    level
  ];
  const used = `Redis uses ${Math.round(usedBytes / 2 ** 20)} MiB${budgetBytes > 0 ? ` of ${Math.round(budgetBytes / 2 ** 20)}` : ''}.${loss}`;
  return [
    aof
      ? fine('aof', 'Redis keeps an append-only file.')
      : {
          check: 'aof',
          level: 'warning',
          message: 'Redis keeps no append-only file: a restart of Redis loses what was accepted.',
          advice: 'CONFIG SET appendonly yes, and appendonly yes in redis.conf.',
        },
    Math.abs(clockAheadMs) <= MOST_CLOCK_MS
      ? fine('clock', clock)
      : {
          check: 'clock',
          level: 'warning',
          message: clock,
          advice: 'Synchronise the clocks of both machines (NTP).',
        },
    level !== 'ok'
      ? {
          check: 'memory',
          level: level === 'refuse' ? 'error' : 'warning',
          message: used,
          advice:
            'Raise HOOKLANE_REDIS_BUDGET and maxmemory, discard dead letters, or shorten HOOKLANE_RETENTION, which is never less than the retry schedule and a day.',
        }
      : fine('memory', used),
  ];
}

async function checkQueue({ checks }: Ports): Promise<Finding> {
  const { waiting, failed } = await checks.readEventQueue();
  if (failed > 0) {
    const jobs = failed === 1 ? '1 job' : `${failed} jobs`;
    const message = `${jobs} of the queue "events" could not be read, and stand aside.`;
    return {
      check: 'queue',
      level: 'error',
      message,
      advice: 'See the failed jobs of that queue, and the log of the workers.',
    };
  }
  const message = `${waiting === 1 ? '1 job of events waits' : `${waiting} jobs of events wait`} to be dispatched.`;
  if (waiting <= MOST_WAITING_JOBS) return fine('queue', message);
  return {
    check: 'queue',
    level: 'warning',
    message,
    advice: 'Start more workers, or look why they are slow.',
  };
}

async function checkBacklog({ health }: Ports): Promise<Finding> {
  const { waiting, oldestDueAgeMs, openLanes } = await health.readBacklog();
  const wait = waiting === 1 ? '1 delivery waits' : `${waiting} deliveries wait`;
  const message = `${wait}; the oldest is due for ${tellAge(oldestDueAgeMs)}; ${openLanes} ${openLanes === 1 ? 'lane is' : 'lanes are'} open.`;
  if (Math.round(oldestDueAgeMs) <= MOST_DUE_AGE_MS) return fine('backlog', message);
  const advice =
    openLanes === 0
      ? 'Users wait: start more workers.'
      : 'Users wait. Open lanes wait for receivers that fail: see openLanes in the status. If others wait as well, start more workers.';
  return { check: 'backlog', level: 'warning', message, advice };
}

/** Whole seconds up to two minutes, whole minutes up to two hours, then hours. */
function tellAge(ms: number): string {
  const unit = ms < 120_000 ? 1000 : ms < 7_200_000 ? 60_000 : 3_600_000;
  return formatDuration(Math.floor(Math.max(0, ms) / unit) * unit);
}

async function checkWorkers({ operations, checks }: Ports, version: string): Promise<Finding> {
  const workers = await operations.listWorkers();
  if (workers.length === 0) {
    const message = 'No worker was seen in the last 20 s: nothing is delivered.';
    return {
      check: 'workers',
      level: 'error',
      message,
      advice: 'Start one: pnpm worker, with the REDIS_URL of the server.',
    };
  }
  const unserved = unservedSentence(unservedShards(workers, checks.shards));
  if (unserved === null) return compareVersions(workers, version);
  return {
    check: 'workers',
    level: 'error',
    message: unserved,
    advice:
      'Start one for them: HOOKLANE_WORKER_SHARDS names the shards of a worker; without it, it serves all.',
  };
}

function compareVersions(workers: readonly WorkerSeen[], version: string): Finding {
  const others = workers.filter((worker) => worker.version !== version);
  const message = `${workers.length} ${workers.length === 1 ? 'worker is' : 'workers are'} alive.`;
  if (others.length === 0) return fine('workers', message);
  const names = others.slice(0, 5).map((worker) => `${worker.host} (${worker.version})`);
  return {
    check: 'workers',
    level: 'warning',
    message: `${message} Not of the server's version ${version}: ${names.join(', ')}.`,
    advice: 'Bring all programs to one version.',
  };
}

/** Webhooks that fail or were disabled, until they work again or somebody has said that they have seen it. */
async function checkNotices({ notices }: Ports): Promise<Finding> {
  const page = { cursor: null, limit: MOST_NOTICES };
  const { items } = await notices.findNotices({ acknowledged: false }, page);
  const recoveries = items.filter(({ kind }) => kind.endsWith('.recovered'));
  const open = items.filter((notice) => !notice.kind.endsWith('.recovered') && !isOver(notice, recoveries));
  if (open.length === 0) return fine('notices', 'No notice of a failing or disabled webhook is open.');
  const disabled = open.filter(({ kind }) => kind.endsWith('.disabled')).length;
  const more = items.length === MOST_NOTICES ? ' or more' : '';
  return {
    check: 'notices',
    level: 'warning',
    message: `${open.length}${more} open ${open.length === 1 ? 'notice tells of a webhook that fails' : 'notices tell of webhooks that fail'}, ${disabled} of ${disabled === 1 ? 'a disabled one' : 'disabled ones'}. The latest: ${open[0]?.message ?? ''}`,
    advice: 'See hooklane notices list; acknowledge what is seen to.',
  };
}

/** The same webhook, or notification URL, has worked since. */
function isOver({ account, webhook, at }: Notice, recoveries: readonly Notice[]): boolean {
  return recoveries.some(
    (later) => later.at > at && later.account === account && later.webhook?.id === webhook?.id,
  );
}

async function checkKey({ checks }: Ports): Promise<Finding> {
  try {
    await checks.checkSecretKey();
    return fine('key', 'The secrets were written with the key of this server.');
  } catch (error) {
    if (!(error instanceof HooklaneError)) throw error;
    const advice = 'Give every server and worker the same HOOKLANE_SECRET_KEY.';
    return { check: 'key', level: 'error', message: error.message, advice };
  }
}
