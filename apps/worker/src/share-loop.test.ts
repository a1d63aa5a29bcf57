import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@hooklane/testkit';
import { type LoopShare, watchLoop } from './share-loop.ts';

let watch: LoopShare;
let work: NodeJS.Immediate | undefined;
afterEach(() => {
  clearImmediate(work);
  watch.close();
});

/** Keeps the loop at work. */
function keepBusy(): void {
  const until = performance.now() + 20;
  while (performance.now() < until);
  work = setImmediate(keepBusy);
}

describe('The share of a lane', () => {
  test('has no bound while the loop has time, and one while it is busy', async () => {
    let lanes = 64;
    watch = watchLoop(() => lanes);
    expect(watch.share()).toBe(Infinity);
    work = setImmediate(keepBusy);
    await eventually(() => expect(watch.share()).toBe(16));
    lanes = 4;
    expect(watch.share()).toBe(256);
    lanes = 0;
    expect(watch.share()).toBe(1024);
    lanes = 10_000;
    expect(watch.share()).toBe(16);
    clearImmediate(work);
    await eventually(() => expect(watch.share()).toBe(Infinity));
  });
});
