/**
 * One list out of the lists of several shards, the newest first. All are in one order: by score, then by shard, then as the
 * shard has them. So one place in that order says for each shard where it goes on, however many there are, and a cursor
 * does not grow with their number.
 */
import type { Delivery } from '@hooklane/core';
import type { FoundDelivery, Place, RankedPage } from '../search.ts';

/** A place in the common order. */
export interface CommonPlace extends Place {
  shard: number;
}

/** A page of the common list. */
export interface MergedPage {
  items: Delivery[];
  next: CommonPlace | null;
}

/** Where a shard goes on after a place in the common order. */
export function placeOn(shard: number, at: CommonPlace | null): Place | null {
  if (at === null || shard === at.shard) return at;
  // Shards before this one have told all of the score, those after it nothing yet. Scores are whole ms.
  return { score: shard < at.shard ? at.score - 1 : at.score, event: '', webhook: '' };
}

interface Candidate extends FoundDelivery {
  shard: number;
}

/**
 * Merges one page of each shard. A shard that was not searched to its end may still have something behind the place it
 * has come to; what lies behind the first of these places has to wait for the next page.
 */
export function mergePages(pages: readonly { shard: number; page: RankedPage }[], limit: number): MergedPage {
  const ends = pages.flatMap(({ shard, page }) => (page.next === null ? [] : [{ ...page.next, shard }]));
  const end = ends.toSorted(inOrder)[0] ?? null;
  const all = pages
    .flatMap(({ shard, page }) => page.found.map((one): Candidate => ({ ...one, shard })))
    // Stable: what is equal keeps the order of its shard.
    .toSorted(inOrder);
  const ready = end === null ? all : all.filter((one) => isBefore(one, end));
  const items = ready.slice(0, limit);
  const last = items.at(-1);
  const isAll = items.length === ready.length;
  if (isAll) return { items: items.map(({ delivery }) => delivery), next: end };
  return { items: items.map(({ delivery }) => delivery), next: last ? placeAfter(last) : end };
}

function placeAfter({ shard, score, delivery }: Candidate): CommonPlace {
  return { shard, score, event: delivery.eventId, webhook: delivery.webhookId };
}

type Ranked = Pick<CommonPlace, 'score' | 'shard'>;

function inOrder(a: Ranked, b: Ranked): number {
  return b.score - a.score || a.shard - b.shard;
}

/** All that a shard found lies before the place that it has come to. */
function isBefore(one: Ranked, end: Ranked): boolean {
  return inOrder(one, end) <= 0;
}

/** The text of a place, opaque to callers. `kind` is that of the list. */
export function writeCommonCursor(kind: string, place: CommonPlace | null): string | null {
  if (place === null) return null;
  const { score, event, webhook, shard } = place;
  return Buffer.from(JSON.stringify([kind, score, event, webhook, shard])).toString('base64url');
}

/** null: the text is not one of this list. */
export function readCommonCursor(kind: string, text: string, shards: number): CommonPlace | null {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 5 || parts[0] !== kind) return null;
  const [, score, event, webhook, shard] = parts as unknown[];
  if (typeof score !== 'number' || !Number.isFinite(score)) return null;
  if (typeof event !== 'string' || typeof webhook !== 'string') return null;
  if (typeof shard !== 'number' || !Number.isInteger(shard) || shard < 0 || shard >= shards) return null;
  return { score, event, webhook, shard };
}
