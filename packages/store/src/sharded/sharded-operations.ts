/** What operators ask, over all shards. Workers and their signs of life are on the home shard. */
import type { Outcome } from '@hooklane/core';
import type { MemoryReport } from '../memory-budget.ts';
import type { MinuteRates, Operations, RedisReport } from '../operations.ts';
import type { WebhookHealth } from '../webhook-health.ts';
import type { ShardMap } from './shard-map.ts';

/** The calls of {@link Operations} that servers use. */
export function shardedOperations(map: ShardMap): Omit<Pick<Operations, keyof Operations>, 'beat' | 'leave'> {
  return {
    listWorkers: () => map.home.operations.listWorkers(),
    async readRates(count) {
      const all = await map.all((store) => store.operations.readRates(count));
      const [first = []] = all;
      return first.map((minute, i) =>
        sumMinute(
          minute,
          all.slice(1).flatMap((rates) => rates[i] ?? []),
        ),
      );
    },
    async listOpenLanes(limit) {
      const lanes = (await map.all((store) => store.operations.listOpenLanes(limit))).flat();
      for (const { webhookId, account } of lanes) map.remember(webhookId, account);
      return lanes.slice(0, limit);
    },
    async readWebhookHealth(webhookId) {
      return map.at((await map.locate(webhookId)) ?? 0).operations.readWebhookHealth(webhookId);
    },
    async readManyHealth(webhookIds, most) {
      // Those of one scope are of one account, and so of one shard, which is asked once.
      const shards = await Promise.all(webhookIds.map(async (id) => (await map.locate(id)) ?? 0));
      const found = new Map<number, WebhookHealth[]>();
      await Promise.all(
        [...new Set(shards)].map(async (shard) => {
          const own = webhookIds.filter((_, i) => shards[i] === shard);
          found.set(shard, await map.at(shard).operations.readManyHealth(own, most));
        }),
      );
      return shards.flatMap((shard) => found.get(shard)?.shift() ?? []);
    },
    async countLanes() {
      const all = await map.all((store) => store.operations.countLanes());
      const sum = (field: 'total' | 'open' | 'slow'): number =>
        all.reduce((total, one) => total + one[field], 0);
      return { total: sum('total'), open: sum('open'), slow: sum('slow') };
    },
    reportRedis: async () => combineReports(await map.all((store) => store.operations.reportRedis())),
  };
}

function sumMinute(first: MinuteRates, others: readonly MinuteRates[]): MinuteRates {
  const all = [first, ...others];
  const sum = (field: 'accepted' | 'delivered' | 'failed' | 'dead'): number =>
    all.reduce((total, minute) => total + minute[field], 0);
  const outcomes: MinuteRates['outcomes'] = {};
  const latencies = new Map<number, number>();
  for (const minute of all) {
    for (const [outcome, count] of Object.entries(minute.outcomes) as [Outcome, number][]) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    }
    for (const { ms, count } of minute.latencies) latencies.set(ms, (latencies.get(ms) ?? 0) + count);
  }
  return {
    minute: first.minute,
    accepted: sum('accepted'),
    delivered: sum('delivered'),
    failed: sum('failed'),
    dead: sum('dead'),
    outcomes,
    latencies: [...latencies].map(([ms, count]) => ({ ms, count })).toSorted((a, b) => a.ms - b.ms),
  };
}

/** Memory is that of all Redis processes, each counted once; the rest is that of the one that is worst off. */
function combineReports(reports: readonly RedisReport[]): RedisReport {
  const nodes = [...new Map(reports.map((report) => [report.node, report])).values()];
  const sum = (field: 'usedMemoryBytes' | 'maxMemoryBytes'): number =>
    nodes.reduce((total, report) => total + report[field], 0);
  const clock = nodes.toSorted((a, b) => Math.abs(b.clockAheadMs) - Math.abs(a.clockAheadMs))[0];
  return {
    aof: nodes.every(({ aof }) => aof),
    clockAheadMs: clock?.clockAheadMs ?? 0,
    usedMemoryBytes: sum('usedMemoryBytes'),
    // One without a limit: there is none.
    maxMemoryBytes: nodes.some(({ maxMemoryBytes }) => maxMemoryBytes === 0) ? 0 : sum('maxMemoryBytes'),
    memory: fullest(nodes.map(({ memory }) => memory)),
    node: nodes.map(({ node }) => node).join(),
  };
}

function fullest(reports: readonly MemoryReport[]): MemoryReport {
  const share = ({ usedBytes, budgetBytes }: MemoryReport): number =>
    budgetBytes === 0 ? 0 : usedBytes / budgetBytes;
  const order = { ok: 0, shed: 1, refuse: 2 };
  const [worst] = reports.toSorted((a, b) => order[b.level] - order[a.level] || share(b) - share(a));
  return worst ?? { usedBytes: 0, budgetBytes: 0, level: 'ok' };
}
