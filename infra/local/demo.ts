/** `pnpm demo`: the whole of Hooklane with receivers that fail, in under a minute. Leaves nothing behind. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playStory } from './demo/story.ts';
import { createHouse } from './house.ts';
import { planStart } from './start-plan.ts';

const root = join(import.meta.dirname, '..', '..');
const MOST_MS = 58_000;
const MOST_LOG_LINES = 200;

const log: string[] = [];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs the demo; resolves to the exit code. */
async function runDemo(): Promise<0 | 1> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooklane-demo-'));
  const cut = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const house = createHouse({
    // The programs' own lines would tear the table; they are shown when something goes wrong.
    print: (line) => void (log.push(line) > MOST_LOG_LINES && log.shift()),
    color: false,
    onGiveUp: (message) => stopped.reject(new Error(message)),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopped.reject(new Error('Stopped.')));
  const timer = setTimeout(() => stopped.reject(new Error('The demo took longer than a minute.')), MOST_MS);
  try {
    await Promise.race([stopped.promise, play(house, dataDir, cut.signal)]);
    return 0;
  } catch (error) {
    for (const line of log) print(line);
    print(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    clearTimeout(timer);
    cut.abort();
    await house.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function play(house: ReturnType<typeof createHouse>, dataDir: string, cut: AbortSignal): Promise<void> {
  print('Starting Redis, a server and a worker …');
  const plan = await planStart(
    {
      ...process.env,
      PORT: '0',
      HOOKLANE_DATA_DIR: dataDir,
      HOOKLANE_API_TOKEN: '',
      HOOKLANE_SECRET_KEY: '',
      HOOKLANE_RETRY_SCHEDULE: '1s,2s,3s',
      LOG_LEVEL: 'warn',
    },
    {
      programs: ['server', 'worker'].map((name) => ({
        name,
        entry: join(root, 'apps', name, 'dist', 'main.js'),
      })),
      defaultDataDir: dataDir,
    },
  );
  const redis = await house.open(plan, cut);
  await playStory({
    url: `http://127.0.0.1:${plan.programs[0]?.port ?? 0}`,
    token: plan.token.value,
    redisUrl: redis.url,
    account: `demo-${randomBytes(3).toString('hex')}`,
    print,
  });
}

const code = await runDemo();
process.exit(code);
