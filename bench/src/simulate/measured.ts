/** The result that is kept in the repository: the tests hold the simulation against it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Report } from '../report.ts';
import type { MemoryFigures } from './capacity.ts';
import type { Costs } from './steps.ts';

/** A result of `pnpm bench --all --json`, and what `packages/store/src/memory.test.ts` says with HOOKLANE_SHOW_MEMORY=1. */
export interface Measured extends Report {
  memory: MemoryFigures;
  /** As fitted to the rows when they were recorded: that takes a while. */
  costs: Costs;
}

/** Where it is. */
export const MEASURED_FILE = fileURLToPath(new URL('./measured.json', import.meta.url));

/** Reads a file of it. */
export async function readMeasured(file: string): Promise<Measured> {
  return JSON.parse(await readFile(file, 'utf8')) as Measured;
}
