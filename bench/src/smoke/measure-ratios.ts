/** One round of the smoke form. */
import { readOptions } from '../options.ts';
import { chooseRows } from '../rows/rows.ts';
import { runRounds } from '../run-rounds.ts';
import { SMOKE_DELIVERIES, SMOKE_ROWS, ratiosOf } from './ratios.ts';
import type { Ratios } from './ratios.ts';

/** Measures it. */
export async function measureRatios(signal: AbortSignal): Promise<Ratios> {
  const options = {
    ...readOptions(['--rounds', '1', '--count', String(SMOKE_DELIVERIES)]),
    rows: SMOKE_ROWS,
  };
  const { measured } = await runRounds(options, {
    rows: chooseRows(options),
    signal,
    print: () => undefined,
  });
  return ratiosOf(measured, 0);
}
