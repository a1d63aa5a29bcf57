'use strict';

/**
 * What may import what. Imports point downward only: apps, then layer 2, layer 1, layer 0.
 * Each rule has a folder of its name under `fixtures/` that breaks it; `boundaries.test.ts` runs them.
 */

const TEST_FILE = '\\.test\\.ts$';
/** Every other package of the workspace, but not the one of the importing file (group 1 of `from`). */
const otherPackage = (names) => ({ path: `^packages/(${names})/`, pathNot: '^packages/$1/' });
/** An npm package, found in node_modules or not. */
const library = (name) => `(^|/)node_modules/${name}/|^${name}(/|$)`;

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'no-cycles',
    comment: 'A cycle has no bottom to begin reading at. Imports of types count.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'core-and-signature-stand-alone',
    comment: 'The nouns and the signature know nothing else of the house.',
    severity: 'error',
    from: { path: '^packages/(core|signature)/', pathNot: TEST_FILE },
    to: otherPackage('[^/]+'),
  },
  {
    name: 'layer-0-imports-down',
    comment: 'runtime and redis are of layer 0: they may see core and signature, nothing above.',
    severity: 'error',
    from: { path: '^packages/(runtime|redis)/', pathNot: TEST_FILE },
    to: otherPackage('queue|store|transport|producer|delivery|client'),
  },
  {
    name: 'layer-1-imports-down',
    comment: 'queue, store and transport see layer 0 only, and not each other.',
    severity: 'error',
    from: { path: '^packages/(queue|store|transport)/', pathNot: TEST_FILE },
    to: otherPackage('queue|store|transport|producer|delivery|client'),
  },
  {
    name: 'layer-2-imports-down',
    comment: 'producer, delivery and client see layers 1 and 0, and not each other.',
    severity: 'error',
    from: { path: '^packages/(producer|delivery|client)/', pathNot: TEST_FILE },
    to: otherPackage('producer|delivery|client'),
  },
  {
    name: 'delivery-sees-core-and-signature',
    comment: 'The heart declares its own ports; store, queue and transport fulfil them.',
    severity: 'error',
    from: { path: '^packages/delivery/', pathNot: TEST_FILE },
    to: { path: '^packages/', pathNot: '^packages/(core|signature|delivery)/' },
  },
  {
    name: 'apps-are-never-imported',
    comment: 'A program is wiring. What two programs need is a package.',
    severity: 'error',
    from: { path: '^([^/]+/[^/]+)/' },
    to: { path: '^apps/', pathNot: '^$1/' },
  },
  {
    name: 'console-sees-client-and-core',
    comment: 'What runs in the browser talks to the API through the client, and knows the nouns.',
    severity: 'error',
    from: { path: '^apps/console/src/' },
    to: { path: '^packages/', pathNot: '^packages/(client|core)/' },
  },
  {
    name: 'bullmq-only-in-queue',
    comment: 'queue wraps it once. The benchmark compares with it; tests may look.',
    severity: 'error',
    from: { pathNot: `^packages/queue/|^bench/|${TEST_FILE}` },
    to: { path: library('bullmq') },
  },
  {
    name: 'undici-only-in-transport',
    comment: 'transport wraps it once. The benchmark compares with it; tests may look.',
    severity: 'error',
    from: { pathNot: `^packages/transport/|^bench/|${TEST_FILE}` },
    to: { path: library('undici') },
  },
  {
    name: 'ioredis-only-in-redis',
    comment: 'redis wraps it once. Tests and the fault kit look into Redis; the benchmark compares.',
    severity: 'error',
    from: { pathNot: `^packages/(redis|testkit)/|^(bench|faults)/|${TEST_FILE}` },
    to: { path: library('ioredis') },
  },
  {
    name: 'testkit-only-in-tests',
    comment: 'What runs in production knows nothing of tests. The fault kit and the benchmark are such.',
    severity: 'error',
    from: {
      pathNot: `^packages/testkit/|^apps/console/e2e/|^infra/local/promises/|^(bench|faults)/|${TEST_FILE}`,
    },
    to: { path: '^packages/testkit/' },
  },
  {
    name: 'local-only-in-local-programs',
    comment:
      'A private Redis and child processes are for start, demo, benchmark and tests, never for a deployment.',
    severity: 'error',
    from: {
      pathNot: `^packages/(local|testkit)/|^infra/local/|^apps/console/e2e/|^(bench|faults)/|${TEST_FILE}`,
    },
    to: { path: '^packages/local/' },
  },
  {
    name: 'index-is-for-others',
    comment: "index.ts is a package's face to others. Inside, import the file that defines it.",
    severity: 'error',
    from: { path: '^packages/([^/]+)/' },
    to: { path: '^packages/$1/src/index\\.ts$' },
  },
  {
    name: 'packages-by-name',
    comment: 'A package is imported by its name, so only what its index.ts names can be reached.',
    severity: 'error',
    from: { path: '^([^/]+/[^/]+)/' },
    to: { path: '^packages/', pathNot: '^$1/|^packages/[^/]+/src/index\\.ts$' },
  },
  {
    name: 'tests-are-never-imported',
    comment: 'What two tests share is a file of its own, or of testkit.',
    severity: 'error',
    from: {},
    to: { path: TEST_FILE },
  },
  {
    name: 'every-import-resolves',
    comment: 'An import that leads nowhere is one that the other rules cannot judge.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden,
  options: {
    // Types are dependencies too.
    tsPreCompilationDeps: true,
    // Its `paths` lead a package name to the package's source, so that the rules see packages and not dist.
    tsConfig: { fileName: 'tsconfig.tests.json' },
    doNotFollow: { path: 'node_modules' },
    // Our own output and fixtures only: libraries have a dist of their own.
    exclude: { path: '^(apps|packages)/[^/]+/dist/|^[^/]+/[^/]+/fixtures/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json', '.d.ts', '.tsx'],
    },
  },
};
