/** How a webhook is doing: out of the log of its attempts, and the state of its lane. */
import { OUTCOMES, type Outcome } from '@hooklane/core';
import { faultsIn } from './breaker-text.ts';
import { oneOf, wholeNumber } from './damage.ts';
import type { StoreContext } from './store-context.ts';

/** One attempt, as the log has it. */
export interface LoggedAttempt {
  /** When it was settled, ms since the epoch. */
  at: number;
  eventId: string;
  /** Counted from 1 over the life of the delivery. */
  number: number;
  outcome: Outcome;
  statusCode: number | null;
  durationMs: number;
}

/** The state of a lane. Times are ms since the epoch. */
export interface LaneHealth {
  state: 'idle' | 'running' | 'open' | 'slow';
  waiting: number;
  /** null: nothing is due. */
  oldestDueAgeMs: number | null;
  nextProbeAt: number | null;
  faults: number;
}

/** How a webhook is doing. */
export interface WebhookHealth {
  /** The latest, the oldest first. */
  attempts: LoggedAttempt[];
  lane: LaneHealth;
}

const MOST_ATTEMPTS = 1000;

/** An entry of the log is a batch of up to 256 attempts, and mostly far fewer. */
const MOST_ENTRIES = 250;

/** Looks at no more than `most` attempts, and at 1,000 at most. */
export async function readWebhookHealth(
  context: StoreContext,
  webhookId: string,
  most = MOST_ATTEMPTS,
): Promise<WebhookHealth> {
  const [attempts, lane] = await Promise.all([
    readLog(context, webhookId, Math.min(most, MOST_ATTEMPTS)),
    readLane(context, webhookId),
  ]);
  return { attempts, lane };
}

/** Of many: so many at the same time, so that a reply of Redis stays small. */
const AT_ONCE = 50;

/** The health of several, in the order of the ids; `most` attempts of each are looked at. */
export async function readManyHealth(
  context: StoreContext,
  webhookIds: readonly string[],
  most: number,
): Promise<WebhookHealth[]> {
  const all: WebhookHealth[] = [];
  for (let from = 0; from < webhookIds.length; from += AT_ONCE) {
    const some = webhookIds.slice(from, from + AT_ONCE);
    all.push(...(await Promise.all(some.map((id) => readWebhookHealth(context, id, most)))));
  }
  return all;
}

async function readLog(context: StoreContext, webhookId: string, most: number): Promise<LoggedAttempt[]> {
  const key = context.keys.log(webhookId);
  // An entry has one attempt at least.
  const entries = await context.call((redis) =>
    redis.xrevrange(key, '+', '-', 'COUNT', Math.min(most, MOST_ENTRIES)),
  );
  const attempts: LoggedAttempt[] = [];
  for (const [id, fields] of entries) {
    const at = Number(id.split('-', 1)[0]);
    const lines = (fields[1] ?? '').split('\n').toReversed();
    attempts.push(...lines.map((line) => readLogLine(line, at)).filter((logged) => logged !== null));
    if (attempts.length >= most) break;
  }
  return attempts.slice(0, most).toReversed();
}

/** `<event id> <number>|<outcome>|<status>|<ms>`, as `settle` writes it; `at`: of its entry. null: it cannot be read. */
export function readLogLine(line: string, at: number): LoggedAttempt | null {
  const space = line.indexOf(' ');
  const [number, word, statusCode, durationMs] = line.slice(space + 1).split('|');
  const outcome = oneOf(OUTCOMES, word);
  if (outcome === null || space < 1) return null;
  return {
    at,
    eventId: line.slice(0, space),
    number: wholeNumber(number),
    outcome,
    statusCode: wholeNumber(statusCode) || null,
    durationMs: wholeNumber(durationMs),
  };
}

async function readLane(context: StoreContext, webhookId: string): Promise<LaneHealth> {
  const { keys } = context;
  const now = context.clock?.() ?? Date.now();
  const [state, waiting, first] = await context.call((redis) =>
    Promise.all([
      redis.hmget(keys.state(webhookId), 'run', 'ru', 'bs', 'bp', 'b', 'sl'),
      redis.zcard(keys.lane(webhookId)),
      // Test sends and redeliveries go first, with a score that is no time.
      redis.zrangebyscore(keys.lane(webhookId), 2, now, 'WITHSCORES', 'LIMIT', 0, 1),
    ]),
  );
  const [run, runUntil, breaker, probeAt, text, slow] = state;
  const isRunning = Boolean(run) && Number(runUntil) > now;
  const isOpen = breaker === 'open';
  return {
    state: isOpen ? 'open' : slow === '1' ? 'slow' : isRunning ? 'running' : 'idle',
    waiting,
    oldestDueAgeMs: first[1] === undefined ? null : Math.max(0, now - Number(first[1])),
    nextProbeAt: isOpen ? wholeNumber(probeAt) || null : null,
    faults: faultsIn(text ?? ''),
  };
}
