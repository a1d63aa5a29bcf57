import { describe, expect, test } from '@jest/globals';
import { measureRatios } from './measure-ratios.ts';
import { fallen, mediansOf, ratiosOf, readRecorded } from './ratios.ts';
import type { Ratios } from './ratios.ts';

/** When the first shows a fall. */
const ROUNDS = 5;

test('No ratio fell by more than a third: costs of a delivery in processor time, commands and bytes', async () => {
  const recorded = await readRecorded();
  const rounds: Ratios[] = [];
  const measure = async (): Promise<void> => {
    rounds.push(await measureRatios(AbortSignal.timeout(120_000)));
  };
  await measure();
  while (fallen(rounds[0] ?? {}, recorded).length > 0 && rounds.length < ROUNDS) await measure();
  if (process.env['HOOKLANE_SHOW_RATIOS']) process.stderr.write(`${JSON.stringify(rounds)}\n`);
  const ratios = mediansOf(rounds);
  expect(fallen(ratios, recorded)).toEqual([]);
  expect(Object.keys(ratios).length).toBeGreaterThanOrEqual(2);
}, 600_000);

describe('how ratios are held', () => {
  const row = (name: string, measured: Record<string, number>) => ({
    row: {
      name,
      group: 'throughput' as const,
      figures: [],
      comparedWith: [],
      most: null,
      secure: false,
      measure: () => Promise.reject(new Error('not measured here')),
    },
    rounds: [measured],
  });

  test('twice the processor time, the commands or the bytes is a fall; a quarter more is none', () => {
    const at = (factor: number): Ratios =>
      ratiosOf(
        [
          row('ceiling', { senderCpu: 30 }),
          row('baseline fan-out 10', { redisCpu: 120 }),
          row('hooklane fan-out 10', {
            senderCpu: 100 * factor,
            redisCpu: 40 * factor,
            commands: 10 * factor,
            redisBytes: 1000 * factor,
          }),
        ],
        0,
      );
    expect(Object.keys(at(1))).toHaveLength(4);
    expect(fallen(at(1.25), at(1))).toEqual([]);
    expect(fallen(at(2), at(1))).toHaveLength(4);
    expect(fallen(at(2), at(1))[0]).toBe('ceiling CPU / worker CPU is 0.150, recorded is 0.300');
  });

  test('the median of the rounds counts, and what was not measured is no fall', () => {
    expect(mediansOf([{ a: 1 }, { a: 9 }, { a: 2 }])).toEqual({ a: 2 });
    expect(fallen({}, { a: 1 })).toEqual([]);
  });
});
