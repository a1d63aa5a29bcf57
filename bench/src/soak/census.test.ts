import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startProcess } from '@hooklane/local';
import { censusOptions, takeCensus } from './census.ts';

const PROGRAM = `
class Kept {}
const kept = Array.from({ length: 7 }, () => new Kept());
for (let i = 0; i < 1000; i += 1) new (class Dropped {})();
setInterval(() => kept.length, 1000);
console.log('ready');
`;

test('The objects that a process still holds are counted, and no others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-census-test-'));
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: censusOptions(folder) };
  const program = await startProcess({
    name: 'holder',
    args: ['-e', PROGRAM],
    env,
    onLine: (line) => line === 'ready' && resolve(),
  });
  try {
    await ready;
    const census = await takeCensus(program.pid, folder);
    expect([census.get('Kept'), census.get('Dropped')]).toEqual([7, undefined]);
  } finally {
    await program.kill9();
    await rm(folder, { recursive: true, force: true });
  }
}, 150_000);
