/**
 * `pnpm test`: build, every check of package.json, and all tests. What follows the command goes to Jest. The last line
 * is `N passed, N failed, N skipped`; the exit code is 0 only when nothing failed. Needs no pnpm on PATH.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { endRunningSteps, runStep } from './run-step.ts';
import { countTotals, failedFiles, mergeSecondRun, totalsLine } from './totals.ts';
import type { JestReport, Totals } from './totals.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const CHECK_TIMEOUT_MS = 5 * 60_000;
/** With the checks, the images and the installation before it a run stays below half an hour, also on a slow day. */
const JEST_TIMEOUT_MS = 22.5 * 60_000;
/** More than these are no matter of a busy machine. */
const MOST_FILES_AGAIN = 6;
/** A run that prints nothing for long looks dead. */
const HEARTBEAT_MS = 30_000;

const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter),
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The names of the scripts that failed. */
async function runChecks(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  // Turbo, which the script would ask for a copy, finds no package manager where pnpm is not on PATH.
  scripts['build:console'] =
    'node apps/console/node_modules/vite/bin/vite.js build apps/console --logLevel warn';
  const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));
  const names = ['build:ts', 'build:console', ...checks];
  const failed: string[] = [];
  for (const name of names) {
    const command = scripts[name] ?? 'false';
    const end = await runStep({
      name,
      command,
      timeoutMs: CHECK_TIMEOUT_MS,
      output: 'on-failure',
      env,
      cwd: ROOT,
    });
    const passed = end.exitCode === 0;
    say(`${passed ? 'ok    ' : 'FAILED'} ${name} (${end.seconds.toFixed(1)} s)`);
    if (passed) continue;
    say(end.output.trimEnd());
    failed.push(name);
  }
  return failed;
}

interface JestRun {
  report: JestReport | null;
  exitCode: number | null;
}

async function runJest(args: readonly string[], timeoutMs: number): Promise<JestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-test-'));
  const file = join(folder, 'report.json');
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${file}`];
  const { exitCode } = await runStep({
    name: 'jest',
    command: [process.execPath, ...node, ...jest, ...args],
    timeoutMs,
    output: 'live',
    env,
    cwd: ROOT,
  });
  const report = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as JestReport,
    () => null,
  );
  await rm(folder, { recursive: true, force: true });
  return { report, exitCode };
}

/**
 * All tests, and once more those few files that failed, alone: two files at a time on a busy machine may be too slow
 * for a test of time. What passes only alone is named, so that it is not overlooked.
 */
async function runTests(failedSteps: readonly string[]): Promise<Totals> {
  const start = performance.now();
  const first = await runJest(process.argv.slice(2), JEST_TIMEOUT_MS);
  const files = first.report === null ? [] : failedFiles(first.report);
  const leftMs = JEST_TIMEOUT_MS - (performance.now() - start);
  if (first.report === null || files.length === 0 || files.length > MOST_FILES_AGAIN || leftMs < 60_000) {
    return countTotals(first.report, first.exitCode, failedSteps);
  }
  say(`\n${files.length} failed; once more, alone: ${files.map((file) => relative(ROOT, file)).join(', ')}`);
  const second = await runJest(['--maxWorkers=1', '--runTestsByPath', ...files], leftMs);
  if (second.report === null) return countTotals(first.report, first.exitCode, failedSteps);
  const { report, unsteady } = mergeSecondRun(first.report, second.report);
  for (const test of unsteady) say(`UNSTEADY (failed among all, passed alone) ${relative(ROOT, test)}`);
  return countTotals(report, second.exitCode, failedSteps);
}

async function main(): Promise<void> {
  const start = performance.now();
  const beat = setInterval(() => {
    say(`… ${Math.round((performance.now() - start) / 1000)} s`);
  }, HEARTBEAT_MS);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, endRunningSteps);
  const totals = await runTests(await runChecks());
  clearInterval(beat);
  for (const reason of totals.reasons) say(`FAILED ${reason}`);
  say(`\nTook ${Math.round((performance.now() - start) / 1000)} s.`);
  say(totalsLine(totals));
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

await main();
