/** Rotation of the key at rest: every secret is sealed anew with the present key, step by step. */
import { HooklaneError } from '@hooklane/core';
import type { StoreContext } from './store-context.ts';
import { type SealedSecret, readSealed } from './webhook-record.ts';

/** What one step did. */
export interface RekeyStep {
  /** Webhooks that were looked at. */
  checked: number;
  /** Webhooks whose secrets were sealed anew. */
  resealed: number;
  /** Webhooks whose secrets none of the given keys can read: they need a new one. */
  unreadable: string[];
  /** Where the next step goes on; null at the end. */
  next: string | null;
}

const SCAN_COUNT = 500;

/**
 * One step; `cursor` null begins. Repeating is harmless. After the last step the programs hold their keys against the
 * present one.
 */
export async function rekeyStep(context: StoreContext, cursor: string | null): Promise<RekeyStep> {
  const prefix = context.keys.webhook('');
  const pattern = `${prefix.replaceAll(/[[\]*?\\]/g, String.raw`\$&`)}*`;
  const [next, found] = await context.ask((redis) =>
    redis.scan(cursor ?? '0', 'MATCH', pattern, 'COUNT', SCAN_COUNT),
  );
  const step: RekeyStep = { checked: 0, resealed: 0, unreadable: [], next: next === '0' ? null : next };
  for (const key of found) {
    const outcome = await reseal(context, key.slice(prefix.length));
    if (outcome === 'none') continue;
    step.checked += 1;
    if (outcome === 'resealed') step.resealed += 1;
    if (outcome === 'unreadable') step.unreadable.push(key.slice(prefix.length));
  }
  if (step.next === null) {
    await context.call((redis) => redis.hset(context.keys.meta, 'secretKey', context.secrets.fingerprint));
  }
  return step;
}

const TRIES = 5;

async function reseal(
  context: StoreContext,
  id: string,
): Promise<'none' | 'current' | 'resealed' | 'unreadable'> {
  for (let i = 0; i < TRIES; i++) {
    const text = await readText(context, id);
    if (text === undefined) return 'unreadable';
    const sealed = readSealedOrNull(id, text);
    if (sealed === null) return 'unreadable';
    if (sealed.length === 0) return 'none';
    const anew = sealAnew(context, id, sealed);
    if (anew === null) return 'unreadable';
    if (anew.every(({ sealed: one }, index) => one === sealed[index]?.sealed)) return 'current';
    if ((await context.run('reseal_secrets', [id, text ?? '', JSON.stringify(anew)])) === 1)
      return 'resealed';
  }
  return 'current';
}

/** undefined: the key is no hash. */
async function readText(context: StoreContext, id: string): Promise<string | null | undefined> {
  try {
    return await context.call((redis) => redis.hget(context.keys.webhook(id), 'secrets'));
  } catch (error) {
    if (error instanceof HooklaneError && error.code === 'damaged_record') return undefined;
    throw error;
  }
}

/** null: damaged. */
function readSealedOrNull(id: string, text: string | null): SealedSecret[] | null {
  try {
    return readSealed(id, { secrets: text ?? '' });
  } catch {
    return null;
  }
}

function sealAnew(
  { secrets }: StoreContext,
  id: string,
  sealed: readonly SealedSecret[],
): SealedSecret[] | null {
  try {
    return sealed.map((one) => ({ ...one, sealed: secrets.reseal(one.sealed, id) ?? one.sealed }));
  } catch {
    return null;
  }
}
