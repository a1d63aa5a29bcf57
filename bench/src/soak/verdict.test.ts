import { describe, expect, test } from '@jest/globals';
import { JUDGED_FROM, MOST_GROWTH, judge, sampleAt } from './verdict.ts';
import type { Sample } from './worker-sample.ts';

const MANY = 1_000_000;

/** A hundred samples, one at each hundredth of the way. */
function samplesOf(deliveries: number, rssAt: (share: number) => number): Sample[] {
  return Array.from({ length: 100 }, (_, index) => {
    const share = (index + 1) / 100;
    return { received: deliveries * share, rssBytes: rssAt(share), sockets: 10 };
  });
}

describe('Memory is flat', () => {
  test('when it grows until the first quarter is over, and not from then', () => {
    const samples = samplesOf(MANY, (share) => 100 + 400 * Math.min(share, 0.25));
    expect(judge(samples, MANY)).toEqual({ growth: 1, isFlat: true });
  });

  test('when it swings about the same level', () => {
    const samples = samplesOf(MANY, (share) => 200 + 60 * Math.sin(share * 200));
    expect(judge(samples, MANY).isFlat).toBe(true);
  });

  test('up to a tenth more, and no further', () => {
    const grown = (factor: number) => samplesOf(MANY, (share) => (share > 0.75 ? 1000 * factor : 1000));
    expect(judge(grown(MOST_GROWTH), MANY).isFlat).toBe(true);
    expect(judge(grown(MOST_GROWTH + 0.001), MANY).isFlat).toBe(false);
  });
});

test('Memory that grows with each delivery is not flat', () => {
  const { growth, isFlat } = judge(
    samplesOf(MANY, (share) => 100 + 50 * share),
    MANY,
  );
  expect(growth).toBeCloseTo(1.21, 2);
  expect(isFlat).toBe(false);
});

test('Few deliveries are not judged, and neither is a quarter without a sample', () => {
  const few = JUDGED_FROM - 1;
  expect(
    judge(
      samplesOf(few, (share) => 100 + 100 * share),
      few,
    ),
  ).toEqual({
    growth: expect.closeTo(1.36, 1),
    isFlat: null,
  });
  const late = samplesOf(MANY, () => 100).filter(({ received }) => received > MANY / 2);
  expect(judge(late, MANY)).toEqual({ growth: null, isFlat: null });
});

test('The sample at a share of the way is the first that has got so far', () => {
  const samples = samplesOf(MANY, (share) => Math.round(100 * share));
  expect(sampleAt(samples, MANY, 0.1)?.rssBytes).toBe(10);
  expect(sampleAt(samples, MANY, 0.255)?.rssBytes).toBe(26);
  expect(sampleAt(samples.slice(0, 50), MANY, 0.75)).toBeNull();
});
