/** How long deliveries took, counted in buckets that are narrow where it matters and few in all. */

const LAST_BUCKET = 116;

/**
 * The bucket of a time in ms. Four for each doubling: bucket b begins at 2^(b/4) ms and is 19 % wide, so a percentile is right to a tenth;
 * a week is bucket {@link LAST_BUCKET}.
 */
export function latencyBucket(ms: number): number {
  return Math.min(LAST_BUCKET, Math.floor(4 * Math.log2(Math.max(1, ms)) + 1e-6));
}

/** The middle of a bucket, ms. */
export function bucketMiddle(bucket: number): number {
  return 2 ** ((bucket + 0.5) / 4);
}
