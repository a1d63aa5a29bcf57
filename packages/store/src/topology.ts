/** How many shards there are, as Redis has it. Kept on the home shard. */
import { HooklaneError } from '@hooklane/core';
import type { StoreContext } from './store-context.ts';

/** What Redis says of the shards. */
export interface Topology {
  /** null: nothing was ever kept here. */
  shards: number | null;
  /** The number that a move that is not over goes to. */
  movingTo: number | null;
  /** Whether the new number holds already, and only copies are left to be removed. */
  flipped: boolean;
  /** When the move began, by Redis's clock, ms since the epoch; 0: none. */
  movingSince: number;
}

/** Reads it; what a version without shards has written is one shard. */
export async function readTopology(context: StoreContext): Promise<Topology> {
  const [shards, movingTo, flipped, since, key] = await context.call((redis) =>
    redis.hmget(context.keys.meta, 'shards', 'movingTo', 'flipped', 'movingSince', 'secretKey'),
  );
  return {
    shards: shards ? Number(shards) : key ? 1 : null,
    movingTo: movingTo ? Number(movingTo) : null,
    flipped: flipped === '1',
    movingSince: Number(since ?? 0),
  };
}

/**
 * Holds the number that this program was given against the one in Redis; the first program to come leaves its mark.
 * Must come before the check of the secret key. Throws `shards_mismatch`.
 */
export async function checkShards(context: StoreContext, given: number): Promise<void> {
  const found = await readTopology(context);
  if (found.movingTo !== null) throw isMoving(found);
  const mark = String(found.shards ?? given);
  await context.call((redis) => redis.hsetnx(context.keys.meta, 'shards', mark));
  const { shards } = await readTopology(context);
  if (shards === given) return;
  const what =
    given > (shards ?? 1)
      ? `To go to ${given}, stop all servers and workers, run "shards --to ${given}" once, then start them with ${given}.`
      : 'The number of shards cannot become smaller.';
  throw new HooklaneError('shards_mismatch', {
    field: 'HOOKLANE_SHARDS',
    detail: `HOOKLANE_SHARDS is ${given}, but Redis keeps ${shards} ${shards === 1 ? 'shard' : 'shards'}: what accounts have would be looked for elsewhere. Set it to ${shards}. ${what}`,
  });
}

function isMoving({ shards, movingTo }: Topology): HooklaneError {
  return new HooklaneError('shards_mismatch', {
    field: 'HOOKLANE_SHARDS',
    detail: `A move of ${shards} to ${movingTo} shards is not over. Run "shards --to ${movingTo}" again until it says that it is done, then start this program with HOOKLANE_SHARDS=${movingTo}.`,
  });
}

/** How often a program looks, ms. A move waits for longer than that before it begins. */
export const LOOK_MS = 2000;

/**
 * Looks again and again whether the number still holds: a program that went on with the old one while it is changed
 * would write to the wrong places. Ends after it has told of a mismatch. Returns the function that ends it before.
 */
export function watchShards(
  context: StoreContext,
  given: number,
  onMismatch: (error: HooklaneError) => void,
): () => void {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await checkShards(context, given);
    } catch (error) {
      // A Redis that is away is told of elsewhere.
      if (!(error instanceof HooklaneError) || error.code !== 'shards_mismatch') return;
      clearInterval(timer);
      onMismatch(error);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return () => clearInterval(timer);
}
