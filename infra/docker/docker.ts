/** The Docker of this machine, as the tests of the images use it. */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The root of the repository. */
const ROOT = join(import.meta.dirname, '..', '..');

/** What the Dockerfile makes. */
export const TARGETS = ['worker', 'server', 'cli'] as const;

/** One of {@link TARGETS}. */
export type Target = (typeof TARGETS)[number];

/** The images of the tests; `latest` is the user's. */
export const TEST_VERSION = 'test';

/** What the images are built from and run beside. */
const BASE_IMAGES = ['node:24-bookworm-slim', 'redis:8-alpine'];

const BUILD_TIMEOUT_MS = 8 * 60_000;
const COMMAND_TIMEOUT_MS = 2 * 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Why images cannot be tested on this machine; null: they can. */
export function whyNoImages(): string | null {
  if (!runs('docker', 'info')) return 'Docker does not answer';
  const missing = BASE_IMAGES.find(
    (image) => !runs('docker', 'image', 'inspect', image) && !runs('docker', 'pull', '--quiet', image),
  );
  if (missing !== undefined) return `Docker can not pull ${missing}`;
  return composeCommand() === null ? 'neither "docker compose" nor docker-compose is there' : null;
}

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** `docker compose`, or docker-compose 1.29 as Debian has it. */
function composeCommand(): [string, string[]] | null {
  if (runs('docker', 'compose', 'version')) return ['docker', ['compose']];
  return runs('docker-compose', 'version') ? ['docker-compose', []] : null;
}

/** The name of an image of the tests. */
export function imageOf(target: Target): string {
  return `hooklane/${target}:${TEST_VERSION}`;
}

/** Builds all images, one after the other: they share their first stages. What is built already costs seconds. */
export async function buildImages(): Promise<void> {
  const kit = runs('docker', 'buildx', 'version') ? {} : { DOCKER_BUILDKIT: '0' };
  for (const target of TARGETS) {
    const args = [
      'build',
      '--file',
      'infra/docker/Dockerfile',
      '--target',
      target,
      '--tag',
      imageOf(target),
      '.',
    ];
    await run('docker', args, options({ ...process.env, ...kit }, BUILD_TIMEOUT_MS));
  }
}

/** Runs a Docker command and resolves to what it wrote, trimmed. Rejects with its complaint. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, options(process.env, COMMAND_TIMEOUT_MS));
  return stdout.trim();
}

/** How a container that ran to its end has ended. */
export async function runToEnd(args: readonly string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await run(
      'docker',
      ['run', '--rm', ...args],
      options(process.env, COMMAND_TIMEOUT_MS),
    );
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? -1, output: `${stdout ?? ''}${stderr ?? ''}` };
  }
}

/** Runs a command of compose on the file of the repository. */
export async function compose(
  project: string,
  env: Record<string, string>,
  ...args: string[]
): Promise<string> {
  const [program, first] = composeCommand() ?? ['docker-compose', []];
  const all = [...first, '--project-name', project, '--file', join(ROOT, 'docker-compose.yml'), ...args];
  const { stdout } = await run(program, all, options({ ...process.env, ...env }, COMMAND_TIMEOUT_MS));
  return stdout.trim();
}

function options(env: NodeJS.ProcessEnv, timeout: number) {
  return { cwd: ROOT, env, timeout, maxBuffer: MAX_OUTPUT_BYTES };
}
