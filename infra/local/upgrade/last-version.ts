/** The programs of the last version, built from the history of this repository in a folder of their own. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The commit of the last version; the next release names its own. */
const LAST_VERSION = 'a12116ab7564ccb400b944a113c9a74b3c486a47';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const BUILD_MS = 240_000;

/** Why it cannot be built here; empty: it can. */
export const NO_LAST_VERSION = isInHistory()
  ? ''
  : ' (skipped: its commit is not in the history of this clone)';

function isInHistory(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${LAST_VERSION}^{commit}`], { cwd: ROOT, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Builds it. `worker` is its program. */
export async function buildLastVersion(): Promise<{ worker: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-last-version-'));
  const run = (line: string): Promise<unknown> =>
    promisify(execFile)('sh', ['-c', line], { cwd: folder, timeout: BUILD_MS, maxBuffer: 64 * 1024 * 1024 });
  await run(`git -C '${ROOT}' archive ${LAST_VERSION} | tar -x`);
  await run('npx -y pnpm@12 install --frozen-lockfile --prefer-offline && npx -y pnpm@12 build:ts');
  return {
    worker: join(folder, 'apps/worker/dist/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
