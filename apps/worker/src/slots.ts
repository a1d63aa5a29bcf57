/** Shares the slots of a worker out among the shards that it serves. */

/** The slots of each of `shards` shards: together `slots`, and at least one each. */
export function shareSlots(slots: number, shards: number): number[] {
  const rest = slots % shards;
  const each = Math.floor(slots / shards);
  return Array.from({ length: shards }, (_, i) => Math.max(1, each + (i < rest ? 1 : 0)));
}
