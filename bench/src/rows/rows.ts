/** All rows, in the order in which they are measured and shown. */
import { FAN_OUT_1, FAN_OUT_10 } from '../workload.ts';
import { baseline } from './baseline.ts';
import { ceiling } from './ceiling.ts';
import { hooklane } from './hooklane.ts';
import type { Row } from './row.ts';

/** The rows. */
export const ROWS: readonly Row[] = [
  ceiling,
  baseline(FAN_OUT_1),
  baseline(FAN_OUT_10),
  hooklane(FAN_OUT_1),
  hooklane(FAN_OUT_10),
];
