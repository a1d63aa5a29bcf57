/** GET /readyz */
import { HooklaneError } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import type { Checks, Ports } from '../ports.ts';
import { unservedSentence, unservedShards } from '../views/unserved-shards.ts';

/**
 * Not ready without a Redis that can hold deliveries safely, and not with another key than the one that wrote the
 * secrets: a server can have started while Redis was away and nobody could tell. Shards that no worker serves are told,
 * but the server takes events all the same.
 */
export const getReadiness: Handler<'getReadiness'> = async (_request, { ports }) => {
  const [redis, keyProblems, notes] = await Promise.all([
    ports.health.checkRedis(),
    checkKey(ports.checks),
    noteShards(ports),
  ]);
  const problems = [...redis.problems, ...keyProblems, ...notes];
  const ok = redis.ok && keyProblems.length === 0;
  return { status: ok ? 200 : 503, body: { ...redis, ok, problems } };
};

async function checkKey(checks: Checks): Promise<string[]> {
  try {
    await checks.checkSecretKey();
    return [];
  } catch (error) {
    if (!(error instanceof HooklaneError)) throw error;
    // That Redis cannot be asked is the other check's to tell.
    return error.code === 'redis_unavailable' ? [] : [error.message];
  }
}

/** With one shard there is nothing to tell: that no worker lives is the doctor's. */
async function noteShards({ checks, operations }: Pick<Ports, 'checks' | 'operations'>): Promise<string[]> {
  if (checks.shards === 1) return [];
  const workers = await operations.listWorkers().catch(() => null);
  const note = workers && unservedSentence(unservedShards(workers, checks.shards));
  return note === null ? [] : [note];
}
