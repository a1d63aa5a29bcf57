/** The house under test: a Redis, real processes, a receiver, a steady load, and the ledger. */
import { createProducer } from '@hooklane/producer';
import { callApi, startPrograms, startReceiver } from '@hooklane/testkit';
import type { AnswerStep, Programs, Receiver } from '@hooklane/testkit';
import { HOOKS, Ledger } from './ledger.ts';
import type { EmittedEvent, HookName } from './ledger.ts';
import { Load } from './load.ts';
import type { Emitter } from './load.ts';

/** The least that a fault needs of a Redis. */
export interface RedisUnderTest {
  readonly url: string;
  stop(): Promise<void>;
}

/** What differs between the houses of two faults. */
export interface HouseOptions<R extends RedisUnderTest> {
  redis: R;
  /** Another way to the same Redis for the server. */
  serverRedisUrl?: string;
  /** With it all events come from a producer that spools there; else they come from the API and from a producer in turn. */
  spoolFolder?: string;
  /** Replicas that must have an event before it is acknowledged; default 0. */
  replicas?: number;
  /** Default 1. */
  shards?: number;
  workers: number;
  env?: Record<string, string>;
  workerNodeArgs?: readonly string[];
  /** Events per second. */
  perSecond: number;
  /** Whose events they are, in turn; default one account. */
  accounts?: readonly string[];
  onLine?: (program: string, line: string) => void;
}

/** The ids of {@link HOOKS}, by account. */
export type HookIds = Readonly<Record<string, Readonly<Record<HookName, string>>>>;

/** A house that runs. */
export interface House<R extends RedisUnderTest = RedisUnderTest> {
  readonly redis: R;
  readonly programs: Programs;
  readonly receiver: Receiver;
  readonly ledger: Ledger;
  readonly load: Load;
  readonly hooks: HookIds;
  /** How long the receiver takes for an answer from now on, ms; 100 at first. */
  readonly think: (ms: number) => void;
  /** The fault is over: from now on the time to recover counts. The last call wins. */
  readonly mended: () => void;
  readonly mendedAt: number | null;
  stop(): Promise<void>;
}

const ACCOUNT = 'acme';
/** How long the receiver thinks, ms: so that a crash finds tries in flight. */
const THINKING_MS = 100;

/** Retries come fast, so that dead letters are made while one looks. As many waits as `RETRIES` of the ledger. */
const SETTINGS = {
  HOOKLANE_RETRY_SCHEDULE: '500ms,1s,1s',
  HOOKLANE_REQUEST_TIMEOUT: '5s',
  HOOKLANE_GRACE: '5s',
};

function settingsOf({ replicas, shards }: { replicas: number; shards: number }): Record<string, string> {
  return { HOOKLANE_REDIS_REPLICAS: String(replicas), HOOKLANE_SHARDS: String(shards) };
}

/** Starts everything and configures the webhooks; the load is not yet begun. */
export async function startHouse<R extends RedisUnderTest>(options: HouseOptions<R>): Promise<House<R>> {
  const { redis, serverRedisUrl, workerNodeArgs, onLine, spoolFolder, replicas = 0, shards = 1 } = options;
  const ledger = new Ledger();
  const receiver = await startReceiver({ keep: 0 });
  const programs = await startPrograms({
    redisUrl: redis.url,
    workers: options.workers,
    env: { ...SETTINGS, ...settingsOf({ replicas, shards }), ...options.env },
    ...(serverRedisUrl === undefined ? {} : { serverRedisUrl }),
    ...(workerNodeArgs === undefined ? {} : { workerNodeArgs }),
    ...(onLine === undefined ? {} : { onLine }),
  });
  const producer = createProducer({
    redis: redis.url,
    replicas,
    shards,
    spool: spoolFolder === undefined ? undefined : { dir: spoolFolder },
  });
  const stop = async (): Promise<void> => {
    await producer.close();
    await programs.stop();
    await receiver.close();
  };
  try {
    let thinkingMs = THINKING_MS;
    const { accounts = [ACCOUNT] } = options;
    const hooks = await makeHooks({ programs, receiver, accounts }, (account, hook, event) => ({
      ...ledger.receive(account, hook, event),
      delayMs: thinkingMs,
    }));
    const byProducer: Emitter = (event) => producer.emit({ ...asBody(event), id: event.id });
    const byApi: Emitter = (event) => emitByApi(programs, event);
    const emitters = spoolFolder === undefined ? [byApi, byProducer] : [byProducer];
    const load = new Load({ ledger, emitters, accounts, perSecond: options.perSecond });
    let mendedAt: number | null = null;
    return {
      redis,
      programs,
      receiver,
      ledger,
      load,
      hooks,
      think: (ms) => void (thinkingMs = ms),
      mended: () => void (mendedAt = Date.now()),
      get mendedAt() {
        return mendedAt;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The webhooks of all accounts. `answer` says what the receiver answers to a request. */
async function makeHooks(
  { programs, receiver, accounts }: { programs: Programs; receiver: Receiver; accounts: readonly string[] },
  answer: (account: string, hook: HookName, eventId: string) => AnswerStep,
): Promise<HookIds> {
  const hooks: Record<string, Record<HookName, string>> = {};
  for (const account of accounts) {
    hooks[account] = await makeWebhooks(programs, { receiver, account }, (hook, eventId) =>
      answer(account, hook, eventId),
    );
  }
  return hooks;
}

async function makeWebhooks(
  programs: Programs,
  { receiver, account }: { receiver: Receiver; account: string },
  answer: (hook: HookName, eventId: string) => AnswerStep,
): Promise<Record<HookName, string>> {
  const scope = `/accounts/${account}/applications/shop`;
  await demand(programs, 'PUT', scope, { enabled: true });
  const ids: Partial<Record<HookName, string>> = {};
  for (const [name, { event }] of Object.entries(HOOKS) as [HookName, { event: string }][]) {
    receiver.answer(`/${account}/${name}`, ({ headers }) => answer(name, headers['webhook-id'] ?? ''));
    const made = await demand(programs, 'POST', `${scope}/webhooks`, {
      name,
      event,
      url: receiver.url(`/${account}/${name}`),
    });
    ids[name] = String(made['id']);
  }
  return ids as Record<HookName, string>;
}

/** A call that must work: the fault has not come yet. */
export async function demand(
  programs: Programs,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await programs.call(method, path, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

function asBody(event: EmittedEvent) {
  const body = { app_name: 'shop', build_num: String(event.number), status: 'Queued' };
  return { account: event.account, type: event.type, body };
}

async function emitByApi(programs: Programs, event: EmittedEvent): Promise<void> {
  const answer = await callApi({
    url: `${programs.api}/events`,
    method: 'POST',
    token: programs.token,
    body: { ...asBody(event), id: event.id },
  });
  if (answer.status !== 202) throw new Error(`Answered ${answer.status}.`);
}
