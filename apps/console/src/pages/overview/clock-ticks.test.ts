import { expect, test } from '@jest/globals';
import { clockTicks } from './clock-ticks.ts';

const START = Date.parse('2026-03-01T11:22:00Z');
const bins = (count: number, minutes: number) =>
  Array.from({ length: count }, (_, i) => ({ at: START + i * minutes * 60_000 }));
const clocks = (ticks: number[]): string[] => ticks.map((at) => new Date(at).toISOString().slice(11, 16));

test('an hour is written every ten minutes, of the clock and not of the first bar', () => {
  expect(clocks(clockTicks(bins(60, 1), 6, 0))).toEqual([
    '11:30',
    '11:40',
    '11:50',
    '12:00',
    '12:10',
    '12:20',
  ]);
});

test('a day is written every four hours of the local clock', () => {
  const day = Array.from({ length: 72 }, (_, i) => ({
    at: Date.parse('2026-03-01T00:00:00Z') + i * 1_200_000,
  }));
  expect(clocks(clockTicks(day, 6, -60))).toEqual(['03:00', '07:00', '11:00', '15:00', '19:00', '23:00']);
});
