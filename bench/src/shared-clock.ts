/** The clock that all processes of a machine share: it has no wall time that could be set while we measure. */

/** ms since some moment, the same for all processes. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
