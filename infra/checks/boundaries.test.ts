import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cruise } from 'dependency-cruiser';
import type { IConfiguration, ICruiseResult } from 'dependency-cruiser';

const HERE = new URL('.', import.meta.url).pathname;
const ROOT = join(HERE, '../..');
const FIXTURES = join(HERE, 'fixtures');
const FOLDERS = ['apps', 'packages', 'bench', 'faults', 'infra', 'examples'];

const config = createRequire(import.meta.url)('./dependency-cruiser.cjs') as Required<IConfiguration>;
const ruleNames = (config.forbidden ?? []).map(({ name = '' }) => name);

/** Each rule → the imports of its fixture that it forbids. All others in the fixture are allowed by it. */
const BROKEN: Record<string, string[]> = {
  'no-cycles': ['packages/core/src/event.ts → packages/core/src/webhook.ts'],
  'core-and-signature-stand-alone': ['packages/core/src/event.ts → packages/runtime/src/index.ts'],
  'layer-0-imports-down': ['packages/runtime/src/metrics.ts → packages/store/src/index.ts'],
  'layer-1-imports-down': [
    'packages/queue/src/wakes.ts → packages/producer/src/index.ts',
    'packages/queue/src/wakes.ts → packages/store/src/index.ts',
  ],
  'layer-2-imports-down': ['packages/producer/src/emit.ts → packages/client/src/index.ts'],
  'delivery-sees-core-and-signature': ['packages/delivery/src/run-lane.ts → packages/store/src/index.ts'],
  'apps-are-never-imported': [
    'apps/worker/src/main.ts → apps/server/src/route.ts',
    'bench/src/main.ts → apps/worker/src/loop.ts',
  ],
  'console-sees-client-and-core': ['apps/console/src/forbidden.tsx → packages/store/src/index.ts'],
  'bullmq-only-in-queue': ['infra/local/forbidden.ts → bullmq', 'packages/store/src/forbidden.ts → bullmq'],
  'undici-only-in-transport': [
    'infra/local/forbidden.ts → undici',
    'packages/delivery/src/forbidden.ts → undici',
  ],
  'ioredis-only-in-redis': [
    'apps/server/src/forbidden.ts → ioredis',
    'packages/runtime/src/forbidden.ts → ioredis',
    'packages/store/src/forbidden.ts → ioredis',
  ],
  'testkit-only-in-tests': ['apps/worker/src/forbidden.ts → packages/testkit/src/index.ts'],
  'local-only-in-local-programs': ['apps/server/src/forbidden.ts → packages/local/src/index.ts'],
  'index-is-for-others': [
    'packages/core/src/by-name.test.ts → packages/core/src/index.ts',
    'packages/core/src/by-path.ts → packages/core/src/index.ts',
  ],
  'packages-by-name': ['packages/store/src/forbidden.ts → packages/core/src/event.ts'],
  'tests-are-never-imported': ['packages/core/src/webhook.test.ts → packages/core/src/event.test.ts'],
  'every-import-resolves': [
    'packages/core/src/event.ts → ./gone.ts',
    'packages/core/src/event.ts → @hooklane/nowhere',
  ],
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooklane-boundaries-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the rules of the project on a tree of the same layout. */
async function cruiseTree(baseDir: string, tsConfig: string): Promise<ICruiseResult> {
  const there = await readdir(baseDir);
  const options = {
    ...config.options,
    baseDir,
    tsConfig: { fileName: tsConfig },
    ruleSet: { forbidden: config.forbidden ?? [] },
    validate: true,
  };
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const folders = FOLDERS.filter((name) => there.includes(name));
  const resolve = { ...enhancedResolveOptions, bustTheCache: true };
  const { output } = await cruise(folders, cruiseOptions, resolve);
  if (typeof output === 'string') throw new Error(output);
  return output;
}

/** Package names lead to the fixture's own packages. */
async function fixtureTsConfig(rule: string): Promise<string> {
  const file = join(folder, `${rule}.json`);
  const paths = { '@hooklane/*': [join(FIXTURES, rule, 'packages/*/src/index.ts')] };
  await writeFile(file, JSON.stringify({ compilerOptions: { module: 'nodenext', paths }, files: [] }));
  return file;
}

test('Each rule has a fixture that breaks it, and each fixture a rule', async () => {
  expect((await readdir(FIXTURES)).toSorted()).toEqual(ruleNames.toSorted());
  expect(Object.keys(BROKEN).toSorted()).toEqual(ruleNames.toSorted());
});

describe('Each rule sees what it forbids, and only that', () => {
  test.each(Object.entries(BROKEN))('%s', async (rule, broken) => {
    const result = await cruiseTree(join(FIXTURES, rule), await fixtureTsConfig(rule));
    const found = result.summary.violations.filter((violation) => violation.rule.name === rule);
    expect(found.map(({ from, to }) => `${from} → ${to}`).toSorted()).toEqual(broken);
    expect(found.every((violation) => violation.rule.severity === 'error')).toBe(true);
  });
});

describe('In the real tree the rules see through package names', () => {
  let edges: string[];

  beforeAll(async () => {
    const { modules } = await cruiseTree(ROOT, join(ROOT, 'tsconfig.tests.json'));
    edges = modules.flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => `${source.split('/').slice(0, 2).join('/')} → ${resolved}`),
    );
  });

  test.each([
    ['a workspace package leads to its source', /^packages\/delivery → packages\/core\/src\/index\.ts$/],
    ['bullmq is seen', /^packages\/queue → .*node_modules\/bullmq\//],
    ['undici is seen', /^packages\/transport → .*node_modules\/undici\//],
    ['ioredis is seen', /^packages\/redis → .*node_modules\/ioredis\//],
    ['an app is seen to use the packages', /^apps\/worker → packages\/delivery\/src\/index\.ts$/],
  ])('%s', (_what, edge) => {
    expect(edges.filter((found) => edge.test(found))).not.toEqual([]);
  });

  test('No import leads into a dist folder', () => {
    expect(edges.filter((edge) => /→ (packages|apps)\/.*\/dist\//.test(edge))).toEqual([]);
  });
});
