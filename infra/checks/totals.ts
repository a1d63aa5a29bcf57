/** What `pnpm test` says at its end. */

/** One test of Jest's JSON report. */
interface JestTest {
  status: string;
  fullName?: string;
}

/** The part of Jest's JSON report that is counted. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not run, or that left something open. */
  numRuntimeErrorTestSuites: number;
  testResults: { name: string; status: string; assertionResults: JestTest[] }[];
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

/** The files of a report that failed. */
export function failedFiles(report: JestReport): string[] {
  return report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
}

function count(report: JestReport, files: ReadonlySet<string>, statuses: readonly string[]): number {
  return report.testResults
    .filter(({ name }) => files.has(name))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => statuses.includes(status)).length;
}

/**
 * Puts the second run of all files that failed in the first into its report. `unsteady` names each test that failed
 * among all others and passed alone: a mistake of the test or a busy machine, to be shown and looked into.
 */
export function mergeSecondRun(
  first: JestReport,
  second: JestReport,
): { report: JestReport; unsteady: string[] } {
  const files = new Set(failedFiles(first));
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  const passedNow = new Set(
    second.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'passed')
        .map((test) => `${name} › ${test.fullName}`),
    ),
  );
  const unsteady = first.testResults
    .filter(({ name }) => files.has(name))
    .flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map((test) => `${name} › ${test.fullName}`),
    )
    .filter((test) => passedNow.has(test));
  const report = {
    numPassedTests: first.numPassedTests - count(first, files, ['passed']) + second.numPassedTests,
    numFailedTests: second.numFailedTests,
    numPendingTests: first.numPendingTests - count(first, files, ['pending']) + second.numPendingTests,
    numTodoTests: first.numTodoTests - count(first, files, ['todo']) + second.numTodoTests,
    numRuntimeErrorTestSuites: second.numRuntimeErrorTestSuites,
    // A file that the second run did not reach keeps its failure.
    testResults: first.testResults.map((file) => again.get(file.name) ?? file),
  };
  return { report, unsteady };
}

/** The last line of `pnpm test`. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
