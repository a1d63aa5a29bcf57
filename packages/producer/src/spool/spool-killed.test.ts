import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '@hooklane/testkit';
import { dir, files, replayed, spoolOf } from '../../fixtures/spools.ts';

describe('kill -9 in the middle of spooling', () => {
  /** The ids whose append had returned when the child was killed. */
  async function killedChild(prefix: string, enough: number): Promise<string[]> {
    const child = fork(new URL('../../fixtures/spool-and-tell.ts', import.meta.url), [dir, prefix], {
      execArgv: [],
      silent: true,
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    const closed = once(child, 'close');
    await eventually(() => expect(output.split('\n').length).toBeGreaterThan(enough), { everyMs: 1 });
    child.kill('SIGKILL');
    await closed;
    return output.split('\n').slice(0, -1);
  }

  test('loses nothing that had returned, three times over, and the next process has it in order', async () => {
    const told = [
      ...(await killedChild('p', 50)),
      ...(await killedChild('q', 300)),
      ...(await killedChild('r', 1000)),
    ];
    const spool = spoolOf();
    const sent = await replayed(spool);
    expect(told.filter((id) => !sent.includes(id))).toEqual([]);
    for (const lane of ['p-0', 'p-3', 'q-1', 'r-2']) {
      const ofLane = sent.filter((id) => id.startsWith(`${lane}-`));
      expect(ofLane).toEqual(ofLane.map((_, i) => `${lane}-${i}`));
    }
    expect(sent.map((id) => id[0]).join('')).toMatch(/^p+q+r+$/);
    // What the dead left of themselves is gone as well.
    expect(files('.spool')).toHaveLength(1);
  }, 40_000);

  test('in the middle of a replay: the lock is taken over', async () => {
    const dead = await killedChild('p', 1);
    rmSync(join(dir, 'replay.lock'), { force: true });
    // A process that is gone holds the lock.
    writeFileSync(join(dir, 'replay.lock'), `abcdefabcdef 999999999 ${hostname()}`);
    expect(await replayed(spoolOf())).toEqual(expect.arrayContaining(dead));
    expect(files('.lock')).toEqual([]);
  });
});
