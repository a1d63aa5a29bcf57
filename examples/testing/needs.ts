/** Tests of foreign programs: skipped, and said aloud, where one is absent. */
import { describe } from '@jest/globals';
import { findProgram } from '@hooklane/local';

/** Describes an example that needs these programs on PATH. */
export function describeWith(programs: readonly string[], title: string, tests: () => void): void {
  const absent = programs.filter((name) => findProgram([name], process.env['PATH']) === null);
  if (absent.length === 0) {
    describe(title, tests);
    return;
  }
  const why = `skipped: no program ${absent.map((name) => `"${name}"`).join(', ')} on PATH`;
  console.warn(`${title}: ${why}`);
  describe.skip(`${title} (${why})`, tests);
}
