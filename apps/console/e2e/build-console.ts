/** The built console as `pnpm build:console` makes it. Tests that are run alone must not look at an old one. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from '@hooklane/local';

const app = join(import.meta.dirname, '..');
const root = join(app, '..', '..');

/** What it is made of. */
const SOURCES = [
  join(app, 'src'),
  join(app, 'public'),
  join(app, 'index.html'),
  join(app, 'vite.config.ts'),
  join(root, 'packages/client/src'),
  join(root, 'packages/core/src'),
];

/** Builds it when a source is newer than what is there. */
export async function buildConsole(): Promise<void> {
  const builtAt = await changedAt(join(app, 'dist', 'index.html'));
  const newest = Math.max(...(await Promise.all(SOURCES.map(changedAt))));
  if (builtAt > newest) return;
  const lines: string[] = [];
  const vite = await startProcess({
    name: 'vite',
    args: [join(app, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    cwd: app,
    onLine: (line) => lines.push(line),
  });
  const { code } = await vite.ended;
  if (code !== 0) throw new Error(`The console cannot be built:\n${lines.join('\n')}`);
}

/** When the file, or the newest of the folder, was changed, in ms; 0 when it is not there. */
async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path, { recursive: true });
  const times = await Promise.all(names.map(async (name) => (await stat(join(path, name))).mtimeMs));
  return Math.max(found.mtimeMs, ...times);
}
