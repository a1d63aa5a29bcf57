import { expect, test } from '@jest/globals';
import { Processors } from './processors.ts';

const TWO_CORES = { cores: 2, share: 1 };

/** When each of some programs has done its task of 100 µs. */
function ends(machine: { cores: number; share: number }, programs: number): number[] {
  const processors = new Processors(machine);
  const times: number[] = [];
  for (let index = 0; index < programs; index += 1)
    processors.run(`program ${index}`, 100, () => times.push(processors.now));
  processors.finish();
  return times;
}

test('as many programs as cores run at full speed; more of them share the cores', () => {
  expect(ends(TWO_CORES, 2)).toEqual([100, 100]);
  expect(ends(TWO_CORES, 4)).toEqual([200, 200, 200, 200]);
  expect(ends({ cores: 2, share: 0.5 }, 1)).toEqual([200]);
  expect(ends({ cores: Infinity, share: 1 }, 50)).toEqual(Array.from({ length: 50 }, () => 100));
});

test('a program does one thing after the other, however many cores there are', () => {
  const processors = new Processors(TWO_CORES);
  const times: number[] = [];
  for (const cost of [100, 50]) processors.run('one', cost, () => times.push(processors.now));
  processors.finish();
  expect(times).toEqual([100, 150]);
  expect(processors.used('one')).toBe(150);
});

test('what begins later finds the core taken, and slows the other down', () => {
  const processors = new Processors({ cores: 1, share: 1 });
  const times: number[] = [];
  const done = (): void => void times.push(processors.now);
  processors.run('long', 100, done);
  processors.at(40, () => processors.run('short', 10, done));
  processors.finish();
  expect(times).toEqual([60, 110]);
});
