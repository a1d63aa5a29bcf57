/** Every test file gets its own real Redis and sockets, so two files at a time suit a small machine. */
export default {
  testEnvironment: 'node',
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
  testMatch: ['<rootDir>/{apps,packages,infra,bench,examples}/**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  testTimeout: 20_000,
  maxWorkers: 2,
};
