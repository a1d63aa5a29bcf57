/** Every test file gets its own real Redis and sockets, so two files at a time suit a small machine. */
export default {
  testEnvironment: '<rootDir>/packages/testkit/src/leaks/leak-checking-environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@hooklane/(core|signature|runtime|queue|store|transport|producer|delivery|client|testkit|local)$':
      '<rootDir>/packages/$1/src/index.ts',
  },
  testMatch: ['<rootDir>/{apps,packages,infra,bench,faults,examples}/**/*.test.ts', '!**/fixtures/**'],
  modulePathIgnorePatterns: ['/dist/'],
  // A test waits for conditions; the limit only ends what hangs, and a machine may stand still for a while.
  testTimeout: 60_000,
  maxWorkers: 2,
  // With a limit Jest runs even a single file in a worker. In the parent its own timers would hide those that leak.
  workerIdleMemoryLimit: '1GB',
};
