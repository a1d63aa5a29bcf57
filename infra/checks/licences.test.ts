import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** Licences that let anybody run, change and pass on what is shipped, with no more than a notice. */
const ALLOWED = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'Unlicense',
]);

interface Component {
  name: string;
  version: string;
  purl?: string;
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

let folder: string;
let components: Component[];

/** The bill of materials of the programs, in CycloneDX, as pnpm makes it from the lockfile and the installed packages. */
async function billOfMaterials(): Promise<Component[]> {
  const file = join(folder, 'sbom.json');
  const programs = ['worker', 'server', 'cli'].flatMap((name) => ['--filter', `@hooklane/${name}`]);
  const args = ['-y', 'pnpm@12', 'sbom', '--sbom-format', 'cyclonedx', '--prod', ...programs, '--out', file];
  await promisify(execFile)('npx', args, { cwd: join(import.meta.dirname, '../..'), timeout: 60_000 });
  return (JSON.parse(await readFile(file, 'utf8')) as { components: Component[] }).components;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-sbom-'));
  components = await billOfMaterials();
}, 70_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('The bill of materials of what is shipped', () => {
  test('names what the programs are made of, each with its version and address', () => {
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['bullmq', 'ioredis', 'undici', 'fastify', 'zod', 'pino']));
    for (const { name, version, purl } of components) {
      expect([name, version, purl]).toEqual([
        name,
        expect.stringMatching(/^\d/),
        expect.stringMatching(/^pkg:npm\//),
      ]);
    }
  });

  test('has no licence but those that were agreed to', () => {
    const others = components
      .map(({ name, licenses = [] }) => {
        const ids = licenses.map(
          ({ license, expression }) => license?.id ?? license?.name ?? expression ?? 'none',
        );
        return { name, ids: ids.length === 0 ? ['none'] : ids };
      })
      .filter(({ ids }) => !ids.every((id) => ALLOWED.has(id)));
    expect(others).toEqual([]);
  });
});
