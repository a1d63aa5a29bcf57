import { expect, test } from '@jest/globals';
import { costsBetween } from './costs.ts';

const redis = { cpuMicros: 1000, commands: 10, scripts: 1, bytes: 500, dataBytes: 0 };
const MIB = 2 ** 20;

test('the processor time of all senders is shared by the deliveries; the peak is that of the largest', () => {
  const before = {
    senders: [
      { cpuMicros: 1000, peakBytes: MIB },
      { cpuMicros: 2000, peakBytes: MIB },
    ],
    receiver: { cpuMicros: 50, peakBytes: MIB },
    redis,
  };
  const after = {
    senders: [
      { cpuMicros: 3000, peakBytes: 3 * MIB },
      { cpuMicros: 5000, peakBytes: 4 * MIB },
    ],
    receiver: { cpuMicros: 150, peakBytes: MIB },
    redis: { cpuMicros: 2000, commands: 60, scripts: 2, bytes: 1500, dataBytes: 0 },
  };
  expect(costsBetween(before, after, 10)).toEqual({
    senderCpu: 500,
    receiverCpu: 10,
    senderPeak: 4,
    redisCpu: 100,
    commands: 5,
    scripts: 0.1,
    redisBytes: 100,
  });
});

test('what cannot be read is left out rather than guessed', () => {
  const unread = { senders: [null], receiver: null, redis: null };
  expect(costsBetween(unread, unread, 10)).toEqual({});
});
