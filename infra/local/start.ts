/** `pnpm start`: Redis, server and worker on this machine, each in its own process, until Ctrl-C. */
import { join } from 'node:path';
import { runStart } from './run-start.ts';

const root = join(import.meta.dirname, '..', '..');
const built = (app: string): string => join(root, 'apps', app, 'dist', 'main.js');

const code = await runStart({
  env: process.env,
  programs: [
    { name: 'server', entry: built('server') },
    { name: 'worker', entry: built('worker') },
  ],
  consolePage: join(root, 'apps', 'console', 'dist', 'index.html'),
  defaultDataDir: join(root, '.hooklane'),
});
process.exit(code);
