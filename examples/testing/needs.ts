/** Foreign programs that a test needs. */
import { spawnSync } from 'node:child_process';

/** Empty when all are on PATH; else, for the title of what is skipped, why. Says it aloud as well. */
export function whySkipped(programs: readonly string[]): string {
  const absent = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (absent.length === 0) return '';
  const why = ` (skipped: no program "${absent.join('", "')}" on PATH)`;
  console.warn(why.trim());
  return why;
}
