/** A store in which every kind of key has something in it: three webhooks of one scope, one of another account, notices, tokens … */
import { DEFAULT_RETRY_POLICY, lapseMs, shardOf } from '@hooklane/core';
import type { AcceptedEvent, Attempt, DueDelivery, Settlement, Webhook } from '@hooklane/core';
import { connectStore, createSecretBox, createShardedStore, createStores } from '@hooklane/store';
import type { ShardedStore, Store } from '@hooklane/store';
import { REAL_KEY } from './real-server.ts';

const SHOP = { kind: 'application', name: 'shop' } as const;
const STAGE = { kind: 'environment', name: 'stage' } as const;

/** What was put in. */
export interface Populated {
  eventIds: string[];
  webhooks: Webhook[];
  noticeId: string;
  redriveId: string;
}

/** The stores of a house. */
export interface TestStores {
  shards: readonly Store[];
  /** All of them as one, as a server has them. */
  all: ShardedStore;
  of(account: string): Store;
  close(): Promise<void>;
}

/** The stores of the same house; `clock` in ms since the epoch. With two shards `jdoe` and `acme` are on different ones. */
export function openTestStores(redisUrl: string, count: number, clock?: () => number): TestStores {
  const options = {
    redis: connectStore({ redis: redisUrl, role: 'worker', onError: () => undefined }),
    secrets: createSecretBox(REAL_KEY),
    lapseMs: lapseMs(DEFAULT_RETRY_POLICY),
    ...(clock ? { clock } : {}),
  };
  const shards = createStores(options, count);
  const at = (shard: number): Store => {
    const store = shards[shard];
    if (store === undefined) throw new RangeError(`There is no shard ${shard}.`);
    return store;
  };
  return {
    shards,
    all: createShardedStore(shards),
    of: (account) => at(shardOf(account, count)),
    close: () => at(0).close(),
  };
}

/** The store of a house with one shard. */
export function openTestStore(redisUrl: string): Store {
  return openTestStores(redisUrl, 1).of('');
}

/** An event of one of the two scopes. */
export function testEvent(id: string, account: 'jdoe' | 'acme'): AcceptedEvent {
  const now = Date.now();
  return {
    id,
    type: account === 'jdoe' ? 'build.finished' : 'deploy.finished',
    account,
    scope: account === 'jdoe' ? SHOP : STAGE,
    acceptedAt: now,
    occurredAt: now,
    body: '{"status":"ok"}',
  };
}

/** What became of a try. */
function settlementOf(due: DueDelivery, status: number, kind: 'delivered' | 'retry' | 'dead'): Settlement {
  const ok = kind === 'delivered';
  const attempt: Attempt = {
    number: due.tries + 1,
    startedAt: Date.now(),
    durationMs: 12,
    outcome: ok ? 'ok' : 'rejected',
    fault: ok ? null : 'receiver',
    statusCode: status,
    error: ok ? null : { code: 'status', message: 'It answered with an error.' },
    response: ok ? null : { headers: { server: 'x' }, body: 'no', truncated: false },
  };
  const at = Date.now() + 60_000;
  const disposition =
    kind === 'retry' ? { kind, at } : kind === 'dead' ? { kind, reason: 'exhausted' as const } : { kind };
  return { delivery: due, attempt, charged: !ok, disposition };
}

/** Takes everything that is due in a lane and settles it. Returns how many. */
export async function runLane(
  store: Store,
  webhookId: string,
  now: number,
  outcome: 'delivered' | 'retry' | 'dead' = 'delivered',
): Promise<number> {
  const run = `run-${webhookId}-${Math.random()}`;
  let count = 0;
  for (let i = 0; i < 30; i++) {
    const take = await store.lanes.take({ webhookId, run, limit: 8, now });
    // A batch that nobody can read leaves the lane, and a wake for now brings the next run.
    if (take.kind === 'idle' && take.nextDueAt !== null && take.nextDueAt <= now) continue;
    if (take.kind !== 'work') return count;
    const { due, interrupted, lapsed, breaker } = take;
    count += due.length;
    const settlements = [...due, ...interrupted, ...lapsed].map((each) =>
      settlementOf(each, outcome === 'delivered' ? 200 : 500, outcome),
    );
    const open = {
      ...breaker,
      state: 'open' as const,
      faults: 9,
      since: now - 1000,
      probeAt: now + 1000,
      events: 3,
    };
    await store.lanes.settle({
      webhookId,
      run,
      settlements,
      breaker: outcome === 'retry' ? open : null,
      now,
    });
    if (outcome !== 'delivered') break;
  }
  await store.lanes.release(webhookId, run);
  return count;
}

/** Fills an empty Redis. */
export async function populate(stores: TestStores): Promise<Populated> {
  const { all } = stores;
  const [ofJdoe, ofAcme] = [stores.of('jdoe'), stores.of('acme')];
  await all.checkSecretKey();
  const webhooks = await createWebhooks(all);
  const [healthy, failing, dying, other] = webhooks as [Webhook, Webhook, Webhook, Webhook];
  const ops = { url: 'https://ops.example.com/', secret: 'ops secret' };
  await all.notifications.setNotifications('jdoe', ops);
  // Somebody watches, so that changes are written down.
  const watching = new AbortController();
  const following = all.changes.follow(watching.signal);
  await following.next();
  const eventIds = ['evt-a', 'evt-b', 'evt-c'];
  await ofJdoe.dispatch([testEvent('evt-a', 'jdoe'), testEvent('evt-b', 'jdoe')]);
  await ofAcme.dispatch([testEvent('evt-c', 'acme')]);
  const now = Date.now();
  await runLane(ofJdoe, failing.id, now, 'retry');
  await runLane(ofJdoe, dying.id, now, 'dead');
  await runLane(ofAcme, other.id, now);
  await ofJdoe.dispatch([testEvent('evt-d', 'jdoe')]);
  await ofAcme.dispatch([testEvent('evt-e', 'acme')]);
  const notice = await raiseNotice(ofJdoe, healthy);
  const redrive = await all.redrives.createRedrive({
    action: 'redrive',
    filter: { account: 'jdoe' },
    matched: 2,
  });
  const { record } = await all.tokens.createToken({
    name: 'ci',
    roles: ['read'],
    accounts: ['jdoe'],
    createdBy: 'test',
    expiresAt: null,
  });
  await all.sessions.createSession(record.id, 60_000);
  await all.audit.record({
    at: now,
    actor: { id: 'api', name: 'api' },
    via: 'token',
    address: '127.0.0.1',
    action: 'webhook.created',
    account: 'jdoe',
    target: healthy.id,
    detail: null,
  });
  await stores.shards[0]?.operations.beat({
    id: 'w1',
    host: 'h',
    version: '1',
    startedAt: now,
    seenAt: now,
    lanesRunning: 1,
    triesInFlight: 1,
  });
  for (const shard of stores.shards) await shard.lanes.sweep();
  await all.readBacklog(1000);
  watching.abort();
  return { eventIds: [...eventIds, 'evt-d', 'evt-e'], webhooks, noticeId: notice, redriveId: redrive.id };
}

async function createWebhooks(store: ShardedStore): Promise<Webhook[]> {
  await store.webhooks.setScopeEnabled('jdoe', SHOP, true);
  await store.webhooks.setScopeEnabled('acme', STAGE, true);
  const made: Webhook[] = [];
  for (const name of ['healthy', 'failing', 'dying', 'other']) {
    made.push(
      await store.webhooks.createWebhook({
        account: name === 'other' ? 'acme' : 'jdoe',
        scope: name === 'other' ? STAGE : SHOP,
        event: name === 'other' ? 'deploy.finished' : 'build.finished',
        name,
        url: 'https://example.com/hook',
        secret: `secret of ${name}`,
        signing: 'standard',
        tokenHeader: 'x-token',
        maxInFlight: 4,
        enabled: true,
      }),
    );
  }
  return made;
}

async function raiseNotice(store: Store, webhook: Webhook): Promise<string> {
  const raised = await store.notices.raise({
    laneId: webhook.id,
    now: Date.now(),
    kind: 'webhook.failing',
    account: 'jdoe',
    webhook: { id: webhook.id, name: webhook.name, scope: webhook.scope, event: webhook.event },
    message: 'It fails.',
    reason: null,
    streak: null,
    last: { outcome: 'rejected', statusCode: 500, error: null },
  });
  if (raised === null) throw new Error('The notice was not raised.');
  return raised.notice.id;
}
