import { describe, expect, test } from '@jest/globals';
import { countTotals, failedFiles, mergeSecondRun, totalsLine } from './totals.ts';
import type { JestReport } from './totals.ts';

function report(changes: Partial<JestReport> = {}): JestReport {
  return {
    numPassedTests: 7,
    numFailedTests: 0,
    numPendingTests: 2,
    numTodoTests: 1,
    numRuntimeErrorTestSuites: 0,
    testResults: [],
    ...changes,
  };
}

const brokenFile = { name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'passed' }] };

describe('The last line of a run tells the truth', () => {
  test('of tests that passed and tests that were skipped', () => {
    expect(totalsLine(countTotals(report(), 0, []))).toBe('7 passed, 0 failed, 3 skipped');
  });

  test('of a failed test', () => {
    expect(countTotals(report({ numFailedTests: 2 }), 1, [])).toMatchObject({ failed: 2, reasons: [] });
  });

  test('of a failed check, which is named', () => {
    const totals = countTotals(report(), 0, ['check:lint']);
    expect(totals).toMatchObject({ passed: 7, failed: 1, reasons: ['check:lint failed'] });
  });

  test('of a file that could not run or left something open, which is named', () => {
    const broken = report({ numRuntimeErrorTestSuites: 1, testResults: [brokenFile] });
    const totals = countTotals(broken, 1, []);
    expect(totals.failed).toBe(1);
    expect(totals.reasons).toEqual(['a.test.ts could not run, or left something open']);
  });

  test('of a file with a failed test that left something open, too', () => {
    const file = { ...brokenFile, assertionResults: [{ status: 'failed' }] };
    const totals = countTotals(
      report({ numFailedTests: 1, numRuntimeErrorTestSuites: 1, testResults: [file] }),
      1,
      [],
    );
    expect(totals.failed).toBe(2);
  });

  test('of a Jest that crashed, was killed, or failed without a word', () => {
    expect(countTotals(null, 1, []).failed).toBe(1);
    expect(countTotals(null, null, ['build:ts']).failed).toBe(2);
    expect(countTotals(report(), 1, []).failed).toBe(1);
    expect(countTotals(report(), null, []).failed).toBe(1);
  });
});

describe('A second run of the files that failed', () => {
  const file = (name: string, ...tests: [string, string][]) => ({
    name,
    status: tests.some(([, status]) => status === 'failed') ? 'failed' : 'passed',
    assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
  });
  const first = report({
    numPassedTests: 3,
    numFailedTests: 2,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      file('a', ['one', 'passed'], ['two', 'failed'], ['three', 'failed'], ['four', 'pending']),
      file('b', ['five', 'passed'], ['six', 'passed']),
    ],
  });

  test('counts each test once, and names what passed only alone', () => {
    expect(failedFiles(first)).toEqual(['a']);
    const second = report({
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [
        file('a', ['one', 'passed'], ['two', 'passed'], ['three', 'failed'], ['four', 'pending']),
      ],
    });
    const merged = mergeSecondRun(first, second);
    expect(merged.unsteady).toEqual(['a › two']);
    expect(totalsLine(countTotals(merged.report, 1, []))).toBe('4 passed, 1 failed, 1 skipped');
  });

  test('that ends without a file leaves its failure', () => {
    const merged = mergeSecondRun(first, report({ numPassedTests: 0, numPendingTests: 0, numTodoTests: 0 }));
    expect(merged.unsteady).toEqual([]);
    expect(countTotals(merged.report, 1, []).failed).toBe(1);
  });
});
