/** GET /readyz */
import { HooklaneError } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import type { Checks } from '../ports.ts';

/**
 * Not ready without a Redis that can hold deliveries safely, and not with another key than the one that wrote the
 * secrets: a server can have started while Redis was away and nobody could tell.
 */
export const getReadiness: Handler<'getReadiness'> = async (_request, { ports }) => {
  const [redis, keyProblems] = await Promise.all([ports.health.checkRedis(), checkKey(ports.checks)]);
  const problems = [...redis.problems, ...keyProblems];
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
