/** What `pnpm test` says at its end. */

/** The part of Jest's JSON report that is counted. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not run, or that left something open. */
  numRuntimeErrorTestSuites: number;
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

/** How a run ended. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed besides single tests, in words. */
  reasons: string[];
}

/**
 * Counts tests by Jest's own report. A failed step (build or check) is one failure, and so is a file that could not run.
 * A run of Jest without a report, or one that fails and names no failure, is one failure: silence never passes.
 */
export function countTotals(
  report: JestReport | null,
  jestExit: number | null,
  failedSteps: readonly string[],
): Totals {
  const reasons = failedSteps.map((step) => `${step} failed`);
  if (report === null) {
    reasons.push(`Jest ended without a report (exit code ${jestExit ?? 'none'})`);
    return { passed: 0, failed: reasons.length, skipped: 0, reasons };
  }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  reasons.push(...brokenFiles.map(({ name }) => `${name} could not run, or left something open`));
  // A file may have a failed test and a leak at once: Jest counts the leak, the list above shows the test.
  const hidden = report.numRuntimeErrorTestSuites - brokenFiles.length;
  if (hidden > 0)
    reasons.push(...Array<string>(hidden).fill('a file with a failed test also left something open'));
  if (jestExit !== 0 && report.numFailedTests + reasons.length === 0) {
    reasons.push(`Jest failed without naming a test (exit code ${jestExit ?? 'none'})`);
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + reasons.length,
    skipped: report.numPendingTests + report.numTodoTests,
    reasons,
  };
}

/** The last line of `pnpm test`. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
